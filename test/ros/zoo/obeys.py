"""Takes a new rate at once."""
from target import Target, run


class Obeys(Target):
    def take_rate(self, rate_hz):
        self.beat.set_rate(rate_hz)


run(Obeys)
