"""Publishes /clock at SPEED times the real time from START_S on, an hour later after each SIGUSR1: clock.py SPEED START_S."""
import signal
import sys
import time

import rclpy
from rclpy.signals import SignalHandlerOptions
from rclpy.time import Time
from rosgraph_msgs.msg import Clock

HOUR_S = 3600


def main():
    speed, start_s = float(sys.argv[1]), float(sys.argv[2])
    jumped_s = 0

    def jump(_signal, _frame):
        nonlocal jumped_s
        jumped_s += HOUR_S

    signal.signal(signal.SIGUSR1, jump)
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node('clock')
    publisher = node.create_publisher(Clock, '/clock', 10)
    print('ready', flush=True)
    start = time.monotonic()
    try:
        while True:
            now_s = start_s + jumped_s + speed * (time.monotonic() - start)
            publisher.publish(Clock(clock=Time(nanoseconds=int(now_s * 1e9)).to_msg()))
            time.sleep(0.005)
    except KeyboardInterrupt:
        rclpy.shutdown()


main()
