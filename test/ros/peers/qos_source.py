"""A source with a QoS of one's choice: qos_source.py TOPIC RELIABILITY DURABILITY RATE_HZ [COUNT].

Publishes std_msgs/Header with 1, 2, 3 … as frame_id; after COUNT messages it prints `spoken` and is silent. Prints
`subscriptions N` whenever the number of its subscriptions changes.
"""
import sys

import rclpy
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import Header
from spinning import spin_until_interrupted

LOOK_S = 0.02


class Source:
    def __init__(self, topic, reliability, durability, rate_hz, count):
        qos = QoSProfile(
            depth=1 if durability == 'transient_local' else 10,
            reliability=ReliabilityPolicy[reliability.upper()],
            durability=DurabilityPolicy[durability.upper()],
        )
        self.node = rclpy.create_node('qos_source')
        self.topic = self.node.create_publisher(Header, topic, qos)
        self.subscriptions = None
        self.spoken = 0
        self.node.create_timer(LOOK_S, self.look)
        self.node.create_timer(1.0 / rate_hz, self.speak)
        self.count = count

    def speak(self):
        if self.spoken == self.count:
            return
        self.spoken += 1
        self.topic.publish(Header(frame_id=str(self.spoken), stamp=self.node.get_clock().now().to_msg()))
        if self.spoken == self.count:
            print('spoken', flush=True)

    def look(self):
        subscriptions = self.topic.get_subscription_count()
        if subscriptions != self.subscriptions:
            print(f'subscriptions {subscriptions}', flush=True)
        self.subscriptions = subscriptions


def main():
    topic, reliability, durability, rate, *count = sys.argv[1:]
    rclpy.init()
    source = Source(topic, reliability, durability, float(rate), int(count[0]) if count else None)
    spin_until_interrupted(source.node)


main()
