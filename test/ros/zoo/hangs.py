"""Hangs in the callback when its rate is set: it never answers and does nothing else any more."""
import threading

from target import Target, run


class Hangs(Target):
    def take_rate(self, rate_hz):
        threading.Event().wait()


run(Hangs)
