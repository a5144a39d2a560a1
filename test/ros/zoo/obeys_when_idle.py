"""Takes a new rate only while its parameter `busy` is false, as Nav2's controller while no goal runs."""
from target import Target, run


class ObeysWhenIdle(Target):
    def __init__(self):
        super().__init__()
        self.declare_parameter('busy', True)

    def take_rate(self, rate_hz):
        if self.get_parameter('busy').value:
            return 'a goal is under way'
        self.beat.set_rate(rate_hz)
        return None


run(ObeysWhenIdle)
