"""Publishes on any topics at steady rates: publisher.py FILE, a JSON list of
{topic, kind, rate, reliable, latched, bytes, count, skip_every}. A stamp is that of the tick, so topics of one
rate carry equal stamps. `skip_every` n leaves every n-th tick out, `bytes` fills a `data` member, `count` ends it.
Prints "ready", "published TOPIC COUNT" when a count is reached, and "subscribers TOPIC N" whenever that changes."""
import array
import importlib
import json
import sys
import time

import rclpy
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.signals import SignalHandlerOptions


class Stream:
    def __init__(self, node, topic, kind, rate, reliable=False, latched=False, bytes=0, count=None, skip_every=0):
        package, folder, name = kind.split('/')
        self.message = getattr(importlib.import_module(f'{package}.{folder}'), name)()
        if bytes:
            self.message.data = array.array('B', b'\0' * bytes)
        qos = QoSProfile(
            depth=100,
            reliability=ReliabilityPolicy.RELIABLE if reliable else ReliabilityPolicy.BEST_EFFORT,
            durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
        )
        self.publisher = node.create_publisher(type(self.message), topic, qos)
        self.topic, self.rate, self.count, self.skip_every = topic, rate, count, skip_every
        self.tick = self.published = self.subscribers = 0

    @property
    def is_done(self):
        return self.count is not None and self.published >= self.count

    def due(self, start):
        return start + self.tick / self.rate

    def publish(self, stamp):
        self.tick += 1
        if self.skip_every and self.tick % self.skip_every == 0:
            return
        stamped = self.message if hasattr(self.message, 'stamp') else getattr(self.message, 'header', None)
        if stamped is not None:
            stamped.stamp = stamp
        self.publisher.publish(self.message)
        self.published += 1
        if self.is_done:
            print(f'published {self.topic} {self.published}', flush=True)

    def watch_subscribers(self):
        subscribers = self.publisher.get_subscription_count()
        if subscribers != self.subscribers:
            self.subscribers = subscribers
            print(f'subscribers {self.topic} {subscribers}', flush=True)


def main():
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node('publisher')
    streams = [Stream(node, **each) for each in json.load(open(sys.argv[1]))]
    print('ready', flush=True)
    # A count is promised to those who listen.
    while any(each.count and each.publisher.get_subscription_count() == 0 for each in streams):
        time.sleep(0.05)
    start = time.monotonic()
    clock = node.get_clock()
    try:
        while True:
            running = [each for each in streams if not each.is_done]
            next_due = min((each.due(start) for each in running), default=time.monotonic() + 0.05)
            time.sleep(max(0.0, next_due - time.monotonic()))
            stamp = clock.now().to_msg()
            for each in running:
                if each.due(start) <= next_due:
                    each.publish(stamp)
            for each in streams:
                each.watch_subscribers()
    except KeyboardInterrupt:
        rclpy.shutdown()


main()
