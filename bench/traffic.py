"""Publishes serialized messages at a steady rate, reliably, each topic the same number.

traffic.py TYPE DATA_BYTES RATE_HZ SECONDS TOPIC ... prints "ready", begins a second after every topic has a subscriber,
prints "started", and, when the time is over, the times at which it published on each topic, in seconds of the system's
clock, as one line of JSON. It stays until it is interrupted, as what is not yet read is its.
"""
import array
import importlib
import json
import sys
import time

import rclpy
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.serialization import serialize_message
from rclpy.signals import SignalHandlerOptions


def main():
    package, folder, name = sys.argv[1].split('/')
    data_bytes, rate, seconds = int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    message = getattr(importlib.import_module(f'{package}.{folder}'), name)()
    if data_bytes:
        message.data = array.array('B', bytes(data_bytes))
    serialized = serialize_message(message)
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node('traffic')
    depth = 10 if data_bytes else 1000
    qos = QoSProfile(depth=depth, reliability=ReliabilityPolicy.RELIABLE)
    publishers = [node.create_publisher(type(message), topic, qos) for topic in sys.argv[5:]]
    print('ready', flush=True)
    times = []
    try:
        while any(publisher.get_subscription_count() == 0 for publisher in publishers):
            time.sleep(0.02)
        time.sleep(1)
        print('started', flush=True)
        start = time.monotonic()
        while time.monotonic() < start + seconds:
            times.append(time.time())
            for publisher in publishers:
                publisher.publish(serialized)
            time.sleep(max(0.0, start + len(times) / rate - time.monotonic()))
        print(json.dumps(times), flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        rclpy.try_shutdown()


main()
