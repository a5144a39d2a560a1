"""A lifecycle node that reads `size` when it is configured, and cannot be configured with more than 100."""
import rclpy
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from spinning import spin_until_interrupted


class Picky(LifecycleNode):
    def __init__(self):
        super().__init__('picky')
        self.declare_parameter('size', 10)
        self.declare_parameter('configured_size', 0)

    def on_configure(self, state):
        size = self.get_parameter('size').value
        if size > 100:
            return TransitionCallbackReturn.FAILURE
        self.set_parameters([rclpy.parameter.Parameter('configured_size', value=size)])
        return TransitionCallbackReturn.SUCCESS


def main():
    rclpy.init()
    node = Picky()
    node.trigger_configure()
    node.trigger_activate()
    spin_until_interrupted(node)


main()
