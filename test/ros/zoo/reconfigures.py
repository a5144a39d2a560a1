"""A lifecycle node that reads its rate in on_configure only: a new one is accepted, and acts after deactivate,
cleanup, configure and activate. It starts active."""
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from target import NAME, START_HZ, Beat, run


class Reconfigures(LifecycleNode):
    def __init__(self):
        super().__init__(NAME)
        self.declare_parameter('rate', START_HZ)
        self.rate_hz = None
        self.beat = None

    def on_configure(self, state):
        self.rate_hz = self.get_parameter('rate').value
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, state):
        self.beat = Beat(self, self.rate_hz)
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state):
        self.beat.stop()
        self.destroy_publisher(self.beat.topic)
        return TransitionCallbackReturn.SUCCESS

    def on_cleanup(self, state):
        self.rate_hz = None
        return TransitionCallbackReturn.SUCCESS


def active():
    node = Reconfigures()
    node.trigger_configure()
    node.trigger_activate()
    return node


run(active)
