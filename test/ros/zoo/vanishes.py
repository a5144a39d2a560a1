"""Accepts a new rate, answers, takes it, and leaves the graph in good order a second later."""
import rclpy

from target import Target, run


class Vanishes(Target):
    def take_rate(self, rate_hz):
        self.beat.set_rate(rate_hz)
        self.after(1.0, rclpy.shutdown)


run(Vanishes)
