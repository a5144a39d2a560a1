"""A source with a QoS of one's choice, see --help. Publishes std_msgs/Header with 1, 2, 3 … as frame_id, or std_msgs/String
with these as data; after COUNT messages it prints `spoken` and is silent. Prints `subscriptions N` whenever the number of its
subscriptions changes.
"""
import argparse

import rclpy
from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import Header, String
from spinning import spin_until_interrupted

LOOK_S = 0.02


class Source:
    def __init__(self, given):
        qos = QoSProfile(
            depth=1 if given.durability == 'transient_local' else 10,
            reliability=ReliabilityPolicy[given.reliability.upper()],
            durability=DurabilityPolicy[given.durability.upper()],
            liveliness=LivelinessPolicy[given.liveliness.upper()],
            **({} if given.deadline is None else {'deadline': Duration(seconds=given.deadline)}),
        )
        self.node = rclpy.create_node('qos_source')
        self.kind = String if given.string else Header
        self.topic = self.node.create_publisher(self.kind, given.topic, qos)
        self.subscriptions = None
        self.spoken = 0
        self.node.create_timer(LOOK_S, self.look)
        self.node.create_timer(1.0 / given.rate_hz, self.speak)
        self.count = given.count

    def speak(self):
        if self.spoken == self.count:
            return
        self.spoken += 1
        self.topic.publish(self.message(str(self.spoken)))
        if self.spoken == self.count:
            print('spoken', flush=True)

    def message(self, text):
        if self.kind is String:
            return String(data=text)
        return Header(frame_id=text, stamp=self.node.get_clock().now().to_msg())

    def look(self):
        subscriptions = self.topic.get_subscription_count()
        if subscriptions != self.subscriptions:
            print(f'subscriptions {subscriptions}', flush=True)
        self.subscriptions = subscriptions


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('topic')
    parser.add_argument('reliability')
    parser.add_argument('durability')
    parser.add_argument('rate_hz', type=float)
    parser.add_argument('count', type=int, nargs='?')
    parser.add_argument('--string', action='store_true')
    parser.add_argument('--liveliness', default='automatic')
    parser.add_argument('--deadline', type=float, help='seconds')
    given = parser.parse_args()
    rclpy.init()
    source = Source(given)
    spin_until_interrupted(source.node)


main()
