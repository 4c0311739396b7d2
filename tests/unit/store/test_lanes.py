"""Places in a lane go to who has waited longest, and leaving the queue loses none."""

import threading

import pytest

from ce_graph.errors import QueryCancelled
from ce_graph.store.workers.lanes import Lane


def waiting(lane, number):
    while lane.waiting < number:
        threading.Event().wait(0.005)


def test_who_came_first_is_served_first():
    lane, order = Lane(1), []
    assert lane.enter(1)

    def queue(name):
        assert lane.enter(10)
        order.append(name)
        lane.leave()

    threads = []
    for number, name in enumerate("abc", 1):
        threads.append(threading.Thread(target=queue, args=(name,)))
        threads[-1].start()
        waiting(lane, number)
    assert not lane.try_enter()
    lane.leave()
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c"]
    assert lane.taken == 0


def test_who_gives_up_leaves_no_hole():
    lane = Lane(1)
    assert lane.enter(1)
    assert not lane.enter(0.01)
    assert lane.waiting == 0
    lane.leave()
    assert lane.try_enter()


def test_who_is_cancelled_leaves_the_queue():
    lane, cancel = Lane(1), threading.Event()
    assert lane.enter(1)
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(QueryCancelled):
        lane.enter(10, cancel)
    lane.leave()
    assert (lane.waiting, lane.taken) == (0, 0)


def test_many_threads_share_few_places():
    lane, inside, most = Lane(3), [], []

    def work():
        for _ in range(50):
            assert lane.enter(30)
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            lane.leave()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 3
    assert lane.taken == 0
