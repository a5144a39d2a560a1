"""Dies when its rate is set, without an answer: a driver that crashes on a mode it does not have."""
import os

from target import Target, run


class Dies(Target):
    def take_rate(self, rate_hz):
        os._exit(1)


run(Dies)
