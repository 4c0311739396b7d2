// Bundles the scripts and styles of the pages into the folder that is named, and writes down whose code is in them.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "src", "ce_graph", "web", "static", "build");

// YASQE comes as one file that holds a list of 500 prefixes and asks services elsewhere for terms. The page has its
// own prefixes and terms, and may ask nobody: both are cut out. A cut that finds nothing ends the build.
const cuts = [
  ["the list of prefixes", /madsrdf = "[\s\S]*?prefixes_default = \{[^{}]*\}/, "prefixes_default = {}"],
  ["completers that ask elsewhere", /fetchFromLov = \([\s\S]*?completers = \[[^\]]*\]/, "fetchFromLov = () => Promise.resolve([]), completers = [conf$3, conf$2]"],
  ["an endpoint elsewhere", /endpoint: "https?:\/\/[^"]*"/, 'endpoint: ""'],
];

const trim = {
  name: "trim",
  setup(bundle) {
    bundle.onLoad({ filter: /yasqe\.esm\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [what, pattern, instead] of cuts) {
        const found = contents.match(new RegExp(pattern, "g")) ?? [];
        if (found.length !== 1) throw new Error(`${what}: found ${found.length} times in YASQE, not once`);
        contents = contents.replace(pattern, () => instead);
      }
      return { contents, loader: "js" };
    });
  },
};

/** The packages whose code is in the bundle: YASQE and all that it is made of. */
async function bundled() {
  const names = ["@zazuko/yasqe"];
  for (const name of names) {
    const { dependencies = {} } = await manifest(name);
    names.push(...Object.keys(dependencies).filter((other) => !names.includes(other)));
    if (name === "@zazuko/yasqe") names.push("events"); // inside its file, though it does not say so
  }
  return [...new Set(names)].sort();
}

async function manifest(name) {
  return JSON.parse(await readFile(join(here, "node_modules", name, "package.json"), "utf8"));
}

async function licence(name) {
  const folder = join(here, "node_modules", name);
  const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file)).sort();
  if (files.length) return (await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")))).join("\n");
  const { license } = await manifest(name);
  return readFile(join(here, "licences", `${license}.txt`), "utf8"); // named, but not enclosed
}

function people({ author, contributors = [] }) {
  const names = [author, ...contributors].filter(Boolean).map((one) => (typeof one === "string" ? one : one.name));
  return names.length ? `By ${names.join(", ")}.\n` : "";
}

async function thirdParty() {
  const parts = ["The scripts and styles in this folder are ce-graph's own (Apache-2.0) and, in the same files, these:\n"];
  for (const name of await bundled()) {
    const told = await manifest(name);
    parts.push(`${"-".repeat(80)}\n${name} ${told.version} (${told.license})\n${people(told)}\n${(await licence(name)).trim()}\n`);
  }
  return parts.join("\n");
}

await rm(out, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { query: "src/query.js", "query-style": "src/query.css" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // all in THIRD-PARTY.txt
  metafile: true,
  logLevel: "warning",
  plugins: [trim],
});
await writeFile(join(out, "THIRD-PARTY.txt"), await thirdParty());
for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${file.split("/").pop()}: ${bytes} bytes`);
