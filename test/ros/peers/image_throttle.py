"""A throttle as topic_tools has it, in rclpy, on raw bytes: image_throttle.py FROM TO RATE_HZ.

Drops while less than a period has passed since the last message that it let through; rate 0 lets everything pass.
"""
import sys
import time

import rclpy
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image
from spinning import spin_until_interrupted


def main():
    source, target, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])
    rclpy.init()
    node = rclpy.create_node('image_throttle')
    publisher = node.create_publisher(Image, target, qos_profile_sensor_data)
    period = 1.0 / rate if rate > 0 else 0.0
    last = 0.0

    def relay(raw):
        nonlocal last
        now = time.monotonic()
        if now - last < period:
            return
        last = now
        publisher.publish(raw)

    node.create_subscription(Image, source, relay, qos_profile_sensor_data, raw=True)
    spin_until_interrupted(node)


main()
