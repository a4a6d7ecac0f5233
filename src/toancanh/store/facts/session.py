"""The engine's settings that every connection of ours starts from, and the settings of every facts table."""

from toancanh.store.facts.driver import Options
from toancanh.store.facts.protocol import Limits, Setting

_ALWAYS: dict[str, Setting] = {
    "session_timezone": "UTC",
    "date_time_input_format": "best_effort",
    "date_time_output_format": "iso",
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_escape_forward_slashes": 0,
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
    "input_format_skip_unknown_fields": 0,
    "use_cache_for_count_from_files": 0,
    "max_partitions_per_insert_block": 0,
    "async_insert": 0,
    "log_queries": 0,
}


def reading(options: Options) -> dict[str, Setting]:
    """Return the settings of connections that answer questions."""
    memory = options.memory // 2
    return _ALWAYS | {
        "max_execution_time": options.seconds,
        "max_memory_usage": memory,
        "max_bytes_before_external_group_by": memory // 2,
        "max_bytes_before_external_sort": memory // 2,
        "max_result_rows": 1_000_000,
        "result_overflow_mode": "throw",
        "optimize_aggregation_in_order": 1,
    }


def working(options: Options) -> dict[str, Setting]:
    """Return the settings of connections that write and change the store."""
    return _ALWAYS | {
        "max_execution_time": 0,
        "max_memory_usage": options.memory,
        "input_format_null_as_default": 0,
        "input_format_parallel_parsing": 0,
        "min_insert_block_size_rows": 0,
        "min_insert_block_size_bytes": 0,
    }


def limit_settings(limits: Limits) -> dict[str, Setting]:
    """Return the settings that hold one question to `limits`; what is None stays as the connection has it."""
    found: dict[str, Setting] = {}
    if limits.seconds is not None:
        found["max_execution_time"] = limits.seconds
    if limits.memory is not None:
        found["max_memory_usage"] = limits.memory
    if limits.rows is not None:
        found["max_result_rows"] = limits.rows
    if limits.threads is not None:
        found["max_threads"] = limits.threads
    return found


def table_settings(options: Options) -> dict[str, int]:
    """Return the settings of facts tables: what makes an insert durable, repeatable, and stop before the disk is full.

    `old_parts_lifetime` keeps merged parts for a while, since the engine deletes them at once by default and a power
    cut soon after a merge could then lose old records too. `max_compress_block_size` is small because the engine tries
    every bit of a damaged block to explain the damage, which takes time with the square of the block's size; only wide
    parts keep to it, hence `min_bytes_for_wide_part`. With `merge_selector_base` as it comes (5), a part of a million rows
    is written anew for every handful of small ones: 125 times what arrives, at ten inserts a second; here it is 10 times.
    """
    found = {
        "non_replicated_deduplication_window": 10_000,
        "min_free_disk_bytes_to_perform_insert": options.free_disk,
        "max_compress_block_size": 65_536,
        "min_bytes_for_wide_part": 2 << 20,
        "parts_to_delay_insert": 1000,
        "parts_to_throw_insert": 3000,
        "merge_selector_base": 10,
    }
    if options.fsync:
        found |= {
            "fsync_after_insert": 1,
            "fsync_part_directory": 1,
            "min_rows_to_fsync_after_merge": 1,
            "min_compressed_bytes_to_fsync_after_merge": 1,
            "old_parts_lifetime": 480,
        }
    return found
