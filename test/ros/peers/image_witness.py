"""Notes when each image comes, until it is interrupted: image_witness.py TOPIC FILE.

FILE gets one JSON list of [stamp, written, received, called], all in ns of the system's clock: when the image was
stamped, when its last publisher wrote it, when the middleware had it, and when the callback ran.
"""
import json
import struct
import sys
import time
from pathlib import Path

import rclpy
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image
from spinning import spin_until_interrupted

STAMP_AT = 4


def main():
    topic, file = sys.argv[1:]
    rclpy.init()
    node = rclpy.create_node(f'image_witness_{topic.strip("/").replace("/", "_")}')
    seen = []

    def see(raw, info):
        called = time.time_ns()
        seconds, nanoseconds = struct.unpack_from('<iI', raw, STAMP_AT)
        seen.append([seconds * 10**9 + nanoseconds, info['source_timestamp'], info['received_timestamp'], called])

    node.create_subscription(Image, topic, see, qos_profile_sensor_data, raw=True)
    spin_until_interrupted(node)
    Path(file).write_text(json.dumps(seen))


main()
