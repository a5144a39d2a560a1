"""A camera and the launch system that respawns it, as `respawned_camera.py NODE PARAMS_FILE [LIVES]`. The camera reads
`fps` at its start only, does not start with more than 60, and offers `~/set_capture` (std_srvs/SetBool), which refuses
while its parameter `locked` is true, and `~/set_capture_mutely`, which acts and never says success, as usb_cam's. Its
`profile` is taken over into `running_profile` when `enable_color` is set to true. After LIVES starts the launch system
gives up."""
import subprocess
import sys

import rclpy
from rcl_interfaces.msg import SetParametersResult
from rclpy.node import Node
from std_msgs.msg import Header
from std_srvs.srv import SetBool
from spinning import spin_until_interrupted


class Camera(Node):
    def __init__(self):
        super().__init__('camera')
        fps = self.declare_parameter('fps', 30.0).value
        self.declare_parameter('locked', False)
        self.declare_parameter('size', [640, 480])
        self.declare_parameter('crop', [0.0, 1.0])
        self.declare_parameter('profile', '640x480x30')
        self.declare_parameter('enable_color', True)
        self.declare_parameter('running_profile', '640x480x30')
        if fps > 60.0:
            raise SystemExit('this sensor has no such mode')
        self.capture = True
        self.image = self.create_publisher(Header, '~/image', 10)
        self.create_service(SetBool, '~/set_capture', self.set_capture)
        self.create_service(SetBool, '~/set_capture_mutely', self.set_capture_mutely)
        self.create_timer(1.0 / fps, self.speak)
        self.add_on_set_parameters_callback(self.change)
        self.add_post_set_parameters_callback(self.switch)

    def change(self, parameters):
        if any(parameter.name == 'fps' for parameter in parameters):
            return SetParametersResult(successful=False, reason='fps is read at the start')
        return SetParametersResult(successful=True)

    def switch(self, parameters):
        if any(parameter.name == 'enable_color' and parameter.value for parameter in parameters):
            profile = self.get_parameter('profile').value
            self.set_parameters([rclpy.parameter.Parameter('running_profile', value=profile)])

    def set_capture(self, request, response):
        response.success = not self.get_parameter('locked').value
        response.message = '' if response.success else 'the camera is locked'
        if response.success:
            self.capture = request.data
        return response

    def set_capture_mutely(self, request, response):
        self.capture = request.data
        response.success = False
        return response

    def speak(self):
        if self.capture:
            self.image.publish(Header(stamp=self.get_clock().now().to_msg()))


def live():
    rclpy.init()
    node = Camera()
    spin_until_interrupted(node)


def respawn(name, params_file, lives):
    arguments = ['--ros-args', '-r', f'__node:={name}', '--params-file', params_file]
    try:
        for _ in range(int(lives)):
            subprocess.run([sys.executable, __file__, *arguments], check=False)
    except KeyboardInterrupt:
        pass


if '--ros-args' in sys.argv:
    live()
else:
    respawn(*sys.argv[1:3], *(sys.argv[3:] or ['1000']))
