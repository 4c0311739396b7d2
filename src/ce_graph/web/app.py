"""Makes the WSGI application: one instance's settings and engine behind its routes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from ce_graph.errors import CeGraphError
from ce_graph.web import headers, i18n, links, markup, presentation, problems, sizes
from ce_graph.web.asking import Asker
from ce_graph.web.changes import watch
from ce_graph.web.checking import Checking
from ce_graph.web.dumps import Dumps
from ce_graph.web.metrics import Metrics
from ce_graph.web.once import OncePerGeneration
from ce_graph.web.queries.results import Results
from ce_graph.web.region import Region
from ce_graph.web.searching import Searching
from ce_graph.web.server.access_log import AccessLog
from ce_graph.web.server.front import Front
from ce_graph.web.server.gate import Gate
from ce_graph.web.service import FRONT, KEY, Service
from ce_graph.web.views import VIEWS

if TYPE_CHECKING:
    from ce_graph.settings import Settings
    from ce_graph.store.engine import Engine


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """The application over an engine; without one, over the data that the settings name."""
    if engine is None:
        from ce_graph.web.opening import open_data

        engine, _ = open_data(settings)
    results = Results(engine, settings.cache_bytes)
    dumps = Dumps(engine, Asker(results))
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    shared = Service(
        settings=settings,
        engine=engine,
        results=results,
        gate=Gate(settings.client_queries),
        metrics=Metrics(engine, results),
        changes=watch(engine, settings),
        dumps=dumps,
        searching=Searching(engine, Asker(results), settings.base),
        sizes=OncePerGeneration(engine, lambda: sizes.count(Asker(results))),
        region=Region(engine, Asker(results), settings.base),
        checking=Checking(engine, dumps),
    )
    app.extensions[KEY] = shared
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.install(app.jinja_env)
    links.install(app)
    presentation.install(app)
    markup.install(app)
    problems.install(app)
    app.before_request(_begin)
    app.after_request(_end)
    for view in VIEWS:
        app.register_blueprint(view)
    front = Front(app.wsgi_app, shared, AccessLog() if settings.access_log else None)
    app.extensions[FRONT] = front
    app.wsgi_app = front  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count)  # type: ignore[method-assign]
    return app


class _BodyError(CeGraphError):
    """The server in front could not read the body."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def _begin() -> Response | None:
    g.started = time.perf_counter()
    g.language = i18n.choose(request.headers.get("Accept-Language"), request.args.get("lang"))
    if request.method == "OPTIONS":
        return _preflight()
    match request.environ.get("ce_graph.body"):
        case "slow":
            raise _BodyError("The body did not arrive in time.", 408)
        case "broken":
            raise _BodyError("The body broke off before its end.", 400)
    return None


def _preflight() -> Response:
    """Tell which methods an address takes; to a browser's preflight question as well."""
    response = Response(status=204)
    rule = request.url_rule
    if rule is not None and rule.methods:
        response.headers["Allow"] = ", ".join(sorted(rule.methods))
    for name, value in headers.PREFLIGHT.items():
        response.headers[name] = value
    return response


def _end(response: Response) -> Response:
    headers.complete(response)
    if (told := request.environ.get("ce_graph.outcome")) is not None:
        told["outcome"] = g.get("outcome")
    return response
