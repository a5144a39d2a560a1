"""Publishes rgb8 images as a camera does, best effort: image_source.py TOPIC RATE_HZ WIDTH HEIGHT.
With a rate of 0 it publishes as fast as it can.

Images are serialized once and get a fresh stamp each, so that the source costs little beside what is measured.
"""
import struct
import sys
import time

import rclpy
from rclpy.qos import qos_profile_sensor_data
from rclpy.serialization import serialize_message
from sensor_msgs.msg import Image
from spinning import spin_until_interrupted

STAMP_AT = 4


def main():
    topic, rate, width, height = sys.argv[1], *map(int, sys.argv[2:])
    rclpy.init()
    node = rclpy.create_node('image_source')
    publisher = node.create_publisher(Image, topic, qos_profile_sensor_data)
    image = Image(width=width, height=height, encoding='rgb8', step=width * 3, data=bytes(width * height * 3))
    image.header.frame_id = 'camera'
    raw = bytearray(serialize_message(image))

    def speak():
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        struct.pack_into('<iI', raw, STAMP_AT, seconds, nanoseconds)
        publisher.publish(bytes(raw))

    node.create_timer(1.0 / rate if rate > 0 else 0.0, speak)
    spin_until_interrupted(node)


main()
