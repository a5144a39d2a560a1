"""Takes rgb8 images and publishes them again as bgr8 with padded rows: image_relay.py FROM TO."""
import sys

import numpy
import rclpy
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image
from spinning import spin_until_interrupted

PADDING = 13


def main():
    source, target = sys.argv[1:]
    rclpy.init()
    node = rclpy.create_node('image_relay')
    publisher = node.create_publisher(Image, target, qos_profile_sensor_data)

    def relay(image):
        rgb = numpy.asarray(image.data).reshape(image.height, image.width, 3)
        rows = numpy.full((image.height, image.width * 3 + PADDING), 255, dtype=numpy.uint8)
        rows[:, : image.width * 3] = rgb[:, :, ::-1].reshape(image.height, -1)
        publisher.publish(Image(
            header=image.header, height=image.height, width=image.width,
            encoding='bgr8', step=rows.shape[1], data=rows.tobytes()))

    node.create_subscription(Image, source, relay, qos_profile_sensor_data)
    spin_until_interrupted(node)


main()
