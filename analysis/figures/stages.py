"""The stages of a request: their order, what it does meanwhile, and their colours."""

LATENCY, QUEUEING, SERVICE = "latency_us", "queueing_us", "service_us"

# All stages in their order, by what the request does meanwhile.
GROUPS = {
    "submission": ("submit", "ring_full", "host_lock", "target_lock", "queue_lock"),
    "doorbell": ("kick",),
    "host takes it": ("host_dispatch", "throttle", "pool_wait", "pool_lock"),
    "back end": ("worker", "device_command", "device", "copy"),
    "host completes": ("completion", "injection"),
    "guest completes": ("interrupt", "softirq", "wake_up"),
}
# One family of hues for each group.
COLOURS = {
    "submission": ("#0b2a5b", "#3b4cc0", "#2f6db5", "#7ab8e8", "#1b9bd8"),
    "doorbell": ("#222222",),
    "host takes it": ("#e08214", "#8c510a", "#f2c14e", "#c9a227"),
    "back end": ("#7a4a12", "#5e5e5e", "#9e9e9e", "#b98a5e"),
    "host completes": ("#b2182b", "#f08a80"),
    "guest completes": ("#0a6b68", "#2aa79b", "#8db53c"),
}
