"""A source in simulated time and the witness of what an adaptor lets pass of it, in step with the adaptor, so that the
outcome does not depend on the machine's speed: scripted_source.py FILE.

FILE is JSON: {source, echo, outputs, phases}. Publishes /clock and std_msgs/Header on the topic `source`; the next
message is sent when the last one came back on `echo`, an unlimited channel of the adaptor. Messages carry the name of
their phase as frame_id, and their periods vary by a standard deviation of 5 %. A phase is {name, start_s, hz, count}
and, to be done before it, {set: {parameter: value}} on /adaptor. The last phase must pass every channel.

Says `ready` when the adaptor has subscribed for all channels, and at the end, as JSON, how many messages of each phase
came on each of the `outputs`.
"""
import json
import random
import sys
import threading
from collections import Counter
from pathlib import Path

import rclpy
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import SetParameters
from rclpy.qos import QoSProfile
from rosgraph_msgs.msg import Clock
from std_msgs.msg import Header

SEED = 20
PATIENCE_S = 30
LOOK_S = 0.05


def stamp(message, seconds):
    message.sec, message.nanosec = int(seconds), int(seconds % 1 * 1e9)


def until(condition, what):
    for _ in range(int(PATIENCE_S / LOOK_S)):
        if condition():
            return
        threading.Event().wait(LOOK_S)
    raise TimeoutError(f'waited in vain until {what}')


class Source:
    def __init__(self, script):
        self.node = rclpy.create_node('scripted_source')
        self.clock = self.node.create_publisher(Clock, '/clock', QoSProfile(depth=10))
        self.topic = self.node.create_publisher(Header, script['source'], QoSProfile(depth=10))
        self.came_back = threading.Event()
        self.passed = {output: Counter() for output in script['outputs']}
        for output, counter in self.passed.items():
            self.listen(output, lambda header, counter=counter: counter.update([header.frame_id]))
        self.listen(script['echo'], lambda _: self.came_back.set())
        self.set_parameters = self.node.create_client(SetParameters, '/adaptor/set_parameters')

    def listen(self, topic, hear):
        self.node.create_subscription(Header, topic, hear, QoSProfile(depth=100))

    def is_listened_to(self):
        channels = len(self.passed) + 1
        return self.clock.get_subscription_count() > 0 and self.topic.get_subscription_count() == channels

    def run(self, phase):
        for name, value in phase.get('set', {}).items():
            self.set(name, value)
        noise = random.Random(SEED)
        at_s = phase['start_s']
        for _ in range(phase['count']):
            self.send(phase['name'], at_s)
            at_s += (1 + noise.gauss(0, 0.05)) / phase['hz']

    def send(self, name, at_s):
        clock = Clock()
        stamp(clock.clock, at_s)
        self.clock.publish(clock)
        header = Header(frame_id=name)
        stamp(header.stamp, at_s)
        self.came_back.clear()
        self.topic.publish(header)
        if not self.came_back.wait(PATIENCE_S):
            raise TimeoutError(f'no echo in the phase {name}')

    def set(self, name, value):
        wire = ParameterValue(type=ParameterType.PARAMETER_DOUBLE, double_value=float(value))
        self.set_parameters.wait_for_service(PATIENCE_S)
        future = self.set_parameters.call_async(
            SetParameters.Request(parameters=[Parameter(name=name, value=wire)]))
        until(future.done, f'{name} is set')
        if not future.result().results[0].successful:
            raise RuntimeError(future.result().results[0].reason)


def main():
    script = json.loads(Path(sys.argv[1]).read_text())
    rclpy.init()
    source = Source(script)
    threading.Thread(target=rclpy.spin, args=(source.node,), daemon=True).start()
    until(source.is_listened_to, 'the adaptor has subscribed')
    print('ready', flush=True)
    for phase in script['phases']:
        source.run(phase)
    last = script['phases'][-1]['name']
    until(lambda: all(counter[last] > 0 for counter in source.passed.values()), 'the last phase has come')
    print(json.dumps(source.passed), flush=True)
    rclpy.try_shutdown()


main()
