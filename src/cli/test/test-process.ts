/** Highest domain whose ports lie below Linux' range of ports for outgoing connections. */
const highestDomain = 101;

// Each test file runs in a process of its own: in the root of the checkout, and on a ROS graph of its own unless it chooses one.
process.chdir(process.env.TRIMTAB_ROOT ?? '.');
process.env.ROS_DOMAIN_ID = String(1 + (process.pid % highestDomain));
