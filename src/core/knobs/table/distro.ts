/** The ROS 2 distributions a table may speak of. */
export const distros = ['humble', 'jazzy', 'kilted', 'lyrical'] as const;

/** A ROS 2 distribution. */
export type Distro = (typeof distros)[number];
