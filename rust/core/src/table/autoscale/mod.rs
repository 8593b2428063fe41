//! Application Auto Scaling: capacity that follows the load.
