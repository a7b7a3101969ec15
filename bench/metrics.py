"""The metrics that are asked, each with its variant and what their figures are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A metric of the benchmark; `kind` says what the peer's columns are and how they make the value."""

    id: str
    kind: str
    variant: str = ""

    def asked(self) -> str:
        """As Crosscheck is asked: `ID` or `ID:VARIANT`."""
        return f"{self.id}:{self.variant}" if self.variant else self.id


# calendar clocks, and what is still open left out: what a query over raw records can say without a business calendar
METRICS = [
    Metric("csat_t2b", "share"),
    Metric("csat_mean", "mean"),
    Metric("nps", "share"),
    Metric("ces_v2", "share"),
    Metric("first_response_time", "quantiles", "calendar_closed_only"),
    Metric("next_response_time", "quantiles", "calendar_closed_only"),
    Metric("full_resolution_time", "quantiles", "calendar_closed_only"),
    Metric("resolution_within", "share", "one_day"),
    Metric("fcr", "share"),
    Metric("one_touch_rate", "share"),
    Metric("reopen_rate", "share"),
    Metric("transfer_rate", "share"),
    Metric("sla_compliance", "share"),
    Metric("service_level", "share"),
    Metric("abandonment_rate", "share"),
    Metric("asa", "mean_time"),
    Metric("aht", "mean_time", "unadjusted"),
    Metric("unresolved_backlog", "stock"),
]
