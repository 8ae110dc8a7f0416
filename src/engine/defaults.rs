//! What an engine does where its operator says nothing, in the form that serde asks for.

use crate::duration::HumanDuration;

pub fn default_interval() -> HumanDuration {
    HumanDuration::from_secs(3600)
}

pub fn zero() -> HumanDuration {
    HumanDuration::from_secs(0)
}

pub fn is_zero(duration: &HumanDuration) -> bool {
    duration.0.is_zero()
}

pub fn default_timeout() -> HumanDuration {
    HumanDuration::from_secs(24 * 3600)
}

pub fn default_grace() -> HumanDuration {
    HumanDuration::from_secs(10)
}

pub fn is_default_grace(grace: &HumanDuration) -> bool {
    *grace == default_grace()
}

pub fn default_retry_delay() -> HumanDuration {
    HumanDuration::from_secs(10)
}

pub fn is_default_retry_delay(delay: &HumanDuration) -> bool {
    *delay == default_retry_delay()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub fn is_zero_times(times: &u32) -> bool {
    *times == 0
}

pub fn default_log_limit() -> u64 {
    100 * 1024 * 1024
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub fn is_default_log_limit(limit: &u64) -> bool {
    *limit == default_log_limit()
}

pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub fn default_metrics_rows() -> u64 {
    1_000_000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub fn is_default_metrics_rows(rows: &u64) -> bool {
    *rows == default_metrics_rows()
}
