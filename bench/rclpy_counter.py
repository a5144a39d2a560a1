"""Counts messages as `ros2 topic hz` does: a raw subscription each, whose callback notes the time.

rclpy_counter.py TYPE TOPIC ... prints "ready", and on SIGINT what it counted as one line of JSON: count by topic.
"""
import functools
import importlib
import json
import sys
from collections import defaultdict, deque

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.qos import QoSProfile, ReliabilityPolicy

WINDOW = 10_000


def main():
    package, folder, name = sys.argv[1].split('/')
    kind = getattr(importlib.import_module(f'{package}.{folder}'), name)
    rclpy.init()
    node = rclpy.create_node('rclpy_counter')
    clock = node.get_clock()
    counts = defaultdict(int)
    times = defaultdict(lambda: deque(maxlen=WINDOW))

    def hear(_, topic):
        counts[topic] += 1
        times[topic].append(clock.now().nanoseconds)

    qos = QoSProfile(depth=1000, reliability=ReliabilityPolicy.RELIABLE)
    for topic in sys.argv[2:]:
        node.create_subscription(kind, topic, functools.partial(hear, topic=topic), qos, raw=True)
    print('ready', flush=True)
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    print(json.dumps(counts), flush=True)
    rclpy.try_shutdown()


main()
