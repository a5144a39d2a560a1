"""Takes no rate but its own, and says why."""
from target import Target, run


class Rejects(Target):
    def take_rate(self, rate_hz):
        return f'the shutter is mechanical, it cannot do {rate_hz} Hz'


run(Rejects)
