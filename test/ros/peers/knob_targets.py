"""Nodes that `trimtab knobs` is to recognise: a controller of Navigation2, a usb_cam with a name of its own, a lidar that
no table knows, and a node whose services are there and never answer.
"""
import rclpy
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from std_msgs.msg import Header
from std_srvs.srv import SetBool


def controller():
    node = rclpy.create_node('controller_server', namespace='/robot_1')
    node.declare_parameter('controller_frequency', 20.0)
    node.declare_parameter('failure_tolerance', 0.3)
    node.declare_parameter('FollowPath.plugin', 'nav2_mppi_controller::MPPIController')
    node.declare_parameter('FollowPath.batch_size', 2000)
    node.declare_parameter('FollowPath.model_dt', 0.05)
    return node


def camera():
    node = rclpy.create_node('front', namespace='/robot_1')
    for name, value in {'io_method': 'mmap', 'av_device_format': 'YUV422P', 'framerate': 30.0, 'gain': -1}.items():
        node.declare_parameter(name, value)
    node.create_service(SetBool, 'set_capture', lambda _, response: response)
    node.create_publisher(Header, 'image_raw', 1)
    return node


def lidar():
    node = rclpy.create_node('lidar')
    node.declare_parameter('rate', 10.0, ParameterDescriptor(
        floating_point_range=[FloatingPointRange(from_value=5.0, to_value=20.0)]))
    node.declare_parameter('model', 'VLP16', ParameterDescriptor(read_only=True))
    node.declare_parameter('estop_timeout', 3.0)
    node.declare_parameter('angles', [1, 2])
    return node


def main():
    rclpy.init()
    executor = SingleThreadedExecutor()
    nodes = [controller(), camera(), lidar()]
    for node in nodes:
        executor.add_node(node)
    hung = rclpy.create_node('hung')
    print('ready', flush=True)
    try:
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    hung.destroy_node()


main()
