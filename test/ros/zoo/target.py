"""What the nodes of the zoo have in common: each is called after its file, publishes std_msgs/Header on
`<its name>/beat`, and has the double parameter `rate`. How it takes a new rate is what makes it a species."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'peers'))

import rclpy
from rcl_interfaces.msg import SetParametersResult
from rclpy.node import Node
from std_msgs.msg import Header
from spinning import spin_until_interrupted

START_HZ = 20.0
NAME = Path(sys.argv[0]).stem


class Beat:
    """Speaks on `<node>/beat` at a rate that can be changed."""

    def __init__(self, node, rate_hz):
        self.node = node
        self.topic = node.create_publisher(Header, f'{NAME}/beat', 10)
        self.timer = None
        self.set_rate(rate_hz)

    def set_rate(self, rate_hz):
        self.stop()
        self.timer = self.node.create_timer(1.0 / rate_hz, self.speak)

    def stop(self):
        if self.timer is not None:
            self.node.destroy_timer(self.timer)
        self.timer = None

    def speak(self):
        self.topic.publish(Header(stamp=self.node.get_clock().now().to_msg()))


class Target(Node):
    """Asks `take_rate` what becomes of a new rate: None accepts it, a text rejects it for that reason."""

    def __init__(self):
        super().__init__(NAME)
        self.beat = Beat(self, self.declare_parameter('rate', START_HZ).value)
        self.add_on_set_parameters_callback(self.change)

    def change(self, parameters):
        for parameter in parameters:
            reason = self.take_rate(parameter.value) if parameter.name == 'rate' else None
            if reason is not None:
                return SetParametersResult(successful=False, reason=reason)
        return SetParametersResult(successful=True)

    def after(self, seconds, act):
        """Does something once, later."""
        def fire():
            self.destroy_timer(timer)
            act()

        timer = self.create_timer(seconds, fire)


def run(species):
    """Runs one node until it is interrupted; says `ready` when it can be asked."""
    rclpy.init()
    node = species()
    spin_until_interrupted(node)
