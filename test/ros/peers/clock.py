"""Publishes /clock from 100 s on, at SPEED times the real time: clock.py SPEED."""
import sys
import time

import rclpy
from rclpy.signals import SignalHandlerOptions
from rclpy.time import Time
from rosgraph_msgs.msg import Clock


def main():
    speed = float(sys.argv[1])
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node('clock')
    publisher = node.create_publisher(Clock, '/clock', 10)
    print('ready', flush=True)
    start = time.monotonic()
    try:
        while True:
            elapsed_s = 100 + speed * (time.monotonic() - start)
            publisher.publish(Clock(clock=Time(nanoseconds=int(elapsed_s * 1e9)).to_msg()))
            time.sleep(0.005)
    except KeyboardInterrupt:
        rclpy.shutdown()


main()
