"""Accepts every rate, holds it, and goes on as before: what ROS 2 does with a parameter that nobody reads."""
from target import Target, run


class Ignores(Target):
    def take_rate(self, rate_hz):
        pass


run(Ignores)
