"""Publishes std_msgs/Header at a steady rate until it is interrupted: talker.py TOPIC RATE_HZ."""
import sys
import time

import rclpy
from rclpy.signals import SignalHandlerOptions
from std_msgs.msg import Header


def main():
    topic, rate = sys.argv[1], float(sys.argv[2])
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node('talker')
    publisher = node.create_publisher(Header, topic, 10)
    print('ready', flush=True)
    start = time.monotonic()
    count = 0
    try:
        while True:
            publisher.publish(Header(stamp=node.get_clock().now().to_msg()))
            count += 1
            time.sleep(max(0.0, start + count / rate - time.monotonic()))
    except KeyboardInterrupt:
        rclpy.shutdown()


main()
