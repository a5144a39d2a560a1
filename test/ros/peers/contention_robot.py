"""A robot with too little computer, as an rclpy node: two loads whose rates are parameters share what the core
service needs. `core` runs at 30 Hz while rate_a + rate_b <= `capacity`, which is 30, and proportionally slower beyond.
The parameter `stuck` is accepted and does nothing.
"""
import rclpy
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter
from std_msgs.msg import Header
from spinning import spin_until_interrupted

CORE_HZ = 30.0


class ContentionRobot(Node):
    def __init__(self):
        super().__init__('robot')
        descriptor = ParameterDescriptor(floating_point_range=[FloatingPointRange(from_value=1.0, to_value=40.0)])
        self.rates = {name: self.declare_parameter(name, 25.0, descriptor).value for name in ('rate_a', 'rate_b')}
        self.capacity = self.declare_parameter('capacity', 30.0).value
        self.declare_parameter('stuck', 5.0)
        self.topics = {name: self.create_publisher(Header, name, 10) for name in ('load_a', 'load_b', 'core')}
        self.timers_by_topic = {}
        self.add_on_set_parameters_callback(self.change)
        self.restart()

    def change(self, parameters):
        for parameter in parameters:
            if parameter.name == 'capacity':
                self.capacity = parameter.value
            if parameter.name not in self.rates:
                continue
            if parameter.type_ != Parameter.Type.DOUBLE:
                return SetParametersResult(successful=False, reason=f'{parameter.name} must be a double')
            self.rates[parameter.name] = parameter.value
        self.restart()
        return SetParametersResult(successful=True)

    def restart(self):
        demand = self.rates['rate_a'] + self.rates['rate_b']
        wanted = {
            'load_a': self.rates['rate_a'],
            'load_b': self.rates['rate_b'],
            'core': CORE_HZ * min(1.0, self.capacity / demand),
        }
        for topic, rate in wanted.items():
            if topic in self.timers_by_topic:
                self.destroy_timer(self.timers_by_topic[topic])
            self.timers_by_topic[topic] = self.create_timer(1.0 / rate, lambda topic=topic: self.speak(topic))

    def speak(self, topic):
        self.topics[topic].publish(Header(stamp=self.get_clock().now().to_msg(), frame_id=topic))


def main():
    rclpy.init()
    node = ContentionRobot()
    spin_until_interrupted(node)


main()
