"""A source in simulated time, in step with the adaptor, so that what passes does not depend on the machine's speed:
scripted_source.py TOPIC ECHO CHANNELS PHASES.

Publishes /clock and std_msgs/Header on TOPIC. The next message is sent when the last one came back on ECHO, an
unlimited channel of the adaptor. PHASES is a JSON list of {name, start_s, hz, count} and, to be done before the
phase, {set: {parameter: value}} on /adaptor. Messages carry the name of their phase as frame_id. Periods vary by a
standard deviation of 5 %. Says `ready` when the adaptor has subscribed for all its
CHANNELS.
"""
import json
import random
import sys
import threading

import rclpy
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import SetParameters
from rclpy.qos import QoSProfile
from rosgraph_msgs.msg import Clock
from std_msgs.msg import Header

SEED = 20
PATIENCE_S = 30


def stamp(message, seconds):
    message.sec, message.nanosec = int(seconds), int(seconds % 1 * 1e9)


class Source:
    def __init__(self, topic, echo):
        self.node = rclpy.create_node('scripted_source')
        self.clock = self.node.create_publisher(Clock, '/clock', 10)
        self.topic = self.node.create_publisher(Header, topic, QoSProfile(depth=10))
        self.came_back = threading.Event()
        self.node.create_subscription(Header, echo, lambda _: self.came_back.set(), QoSProfile(depth=10))
        self.set_parameters = self.node.create_client(SetParameters, '/adaptor/set_parameters')

    def send(self, name, at_s):
        clock = Clock()
        stamp(clock.clock, at_s)
        self.clock.publish(clock)
        header = Header(frame_id=name)
        stamp(header.stamp, at_s)
        self.came_back.clear()
        self.topic.publish(header)
        if not self.came_back.wait(PATIENCE_S):
            raise TimeoutError(f'no echo in phase {name}')

    def run(self, phase):
        for name, value in phase.get('set', {}).items():
            self.set(name, value)
        noise = random.Random(SEED)
        at_s = phase['start_s']
        for _ in range(phase['count']):
            self.send(phase['name'], at_s)
            at_s += (1 + noise.gauss(0, 0.05)) / phase['hz']

    def set(self, name, value):
        wire = ParameterValue(type=ParameterType.PARAMETER_DOUBLE, double_value=float(value))
        done = threading.Event()
        self.set_parameters.wait_for_service(PATIENCE_S)
        future = self.set_parameters.call_async(
            SetParameters.Request(parameters=[Parameter(name=name, value=wire)]))
        future.add_done_callback(lambda _: done.set())
        if not done.wait(PATIENCE_S) or not future.result().results[0].successful:
            raise RuntimeError(f'{name} could not be set')


def main():
    topic, echo, channels, phases = sys.argv[1:]
    rclpy.init()
    source = Source(topic, echo)
    threading.Thread(target=rclpy.spin, args=(source.node,), daemon=True).start()
    while source.topic.get_subscription_count() < int(channels):
        threading.Event().wait(0.05)
    print('ready', flush=True)
    for phase in json.loads(phases):
        source.run(phase)
    print('done', flush=True)
    sys.stdin.read()


main()
