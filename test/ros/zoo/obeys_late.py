"""Accepts a new rate at once and takes it `delay_s` seconds later, as a driver that restarts its stream."""
from target import Target, run


class ObeysLate(Target):
    def __init__(self):
        super().__init__()
        self.declare_parameter('delay_s', 2.0)

    def take_rate(self, rate_hz):
        self.after(self.get_parameter('delay_s').value, lambda: self.beat.set_rate(rate_hz))


run(ObeysLate)
