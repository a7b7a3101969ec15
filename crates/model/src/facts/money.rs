//! Money: amounts are in the organisation's currency, at the rate of the day they are of; empty where no rate is known.

use super::{Field, TableSpec, column, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};
use crate::RecordKind;

const COST_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("cost_id", Text, "entry of the ledger"),
    required("share", Integer, "1 for the first day and share of the entry, counted on"),
    required("day", Time, "first instant of the day"),
    required("pool", Text, "cost pool"),
    column("channel", Text, "channel that bears it; empty where the pool is not shared out"),
    column("team", Text, "team that bears it; empty where the pool is not shared out"),
    column("driver", Text, "what the shares of the pool follow"),
    column("driver_version", Text, "version of the driver"),
    column("amount", Number, "this day's and share's part; the parts of an entry add up to it exactly"),
    column("constant_amount", Number, "the same at the newest rate instead of that of the day"),
    required("currency", Text, "currency of the entry"),
    required("is_closed", Boolean, "whether the ledger of the period is closed"),
    required("is_one_off", Boolean, "one-off project"),
];

pub(super) const COST: TableSpec = TableSpec {
    name: "cost",
    meaning: "one row a day and share of a cost: its pool's entry spread over the days it is for and shared out",
    columns: COST_COLUMNS,
    attribute_kinds: &[RecordKind::Cost],
    record_kinds: &[RecordKind::Cost],
    layout_time: "day",
    key: &["system", "cost_id", "share"],
    end: &[],
    team: Some("team"),
};

const ORDER_COLUMNS: &[Field] = customer_dimensions![
    required("system", Text, "system whose id this is"),
    required("order_id", Text, "order"),
    required("ordered_at", Time, "when it was ordered"),
    column("cancelled_at", Time, "when it was cancelled, or refunded as a whole"),
    column("first_refunded_at", Time, "first refund"),
    column("amount", Number, "what the customer paid, without tax"),
    column("margin", Number, "what of it remained after the cost of the goods"),
    column("refunded", Number, "paid back; 0 where nothing was"),
    column("constant_amount", Number, "amount at the newest rate instead of that of the day"),
    column("constant_margin", Number, "margin at the newest rate"),
    column("constant_refunded", Number, "refunded at the newest rate"),
    required("currency", Text, "currency of the order"),
    column("number", Integer, "1 for the customer's first order that stood, 2 for the next; empty for one cancelled"),
    column("first_ordered_at", Time, "when the customer's first order that stood was made"),
    column("previous_gap", Duration, "since the customer's previous order that stood"),
    column("next_gap", Duration, "to the customer's next order that stood"),
    column("channel", Text, "where it was ordered"),
    column("product", Text, "product"),
];

pub(super) const ORDER: TableSpec = TableSpec {
    name: "order",
    meaning: "one row an order, its refunds added up",
    columns: ORDER_COLUMNS,
    attribute_kinds: &[RecordKind::Order, RecordKind::Customer],
    record_kinds: &[RecordKind::Order, RecordKind::Refund],
    layout_time: "ordered_at",
    key: &["system", "order_id"],
    end: &[],
    team: None,
};

const REFUND_COLUMNS: &[Field] = customer_dimensions![
    required("system", Text, "system whose id this is"),
    required("refund_id", Text, "refund"),
    required("order_id", Text, "order that was refunded"),
    required("refunded_at", Time, "when it was refunded"),
    column("ordered_at", Time, "when it had been ordered"),
    column("amount", Number, "what was paid back"),
    column("constant_amount", Number, "amount at the newest rate instead of that of the day"),
    required("currency", Text, "currency of the refund"),
    column("reason", Text, "why"),
    required("is_service_cost", Boolean, "caused by service"),
    column("channel", Text, "where it had been ordered"),
    column("product", Text, "product of the order"),
];

pub(super) const REFUND: TableSpec = TableSpec {
    name: "refund",
    meaning: "one row a refund",
    columns: REFUND_COLUMNS,
    attribute_kinds: &[RecordKind::Refund, RecordKind::Order, RecordKind::Customer],
    record_kinds: &[RecordKind::Refund],
    layout_time: "refunded_at",
    key: &["system", "refund_id"],
    end: &[],
    team: None,
};

const OFFER_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("offer_id", Text, "offer"),
    column("contact_id", Text, "contact it belongs to"),
    column("ticket_id", Text, "ticket it belongs to"),
    required("at", Time, "when it was or could have been made"),
    column("contact_at", Time, "when the contact or ticket began; when it was made where that is not known"),
    column("kind", Text, "cross_sell, upsell, retention or a name of one's own"),
    column("product", Text, "product offered"),
    required("is_made", Boolean, "made, and not only possible"),
    required("is_accepted", Boolean, "accepted"),
    required(
        "offer",
        Integer,
        "1 for the first offer of the contact, or of the ticket where none is named, counted on"
    ),
    required("contact_made", Boolean, "whether any offer of that contact or ticket was made"),
    required("contact_accepted", Boolean, "whether any was accepted"),
    column("team", Text, "team"),
    column("agent", Text, "agent"),
];

pub(super) const OFFER: TableSpec = TableSpec {
    name: "offer",
    meaning: "one row an offer that was or could have been made in a contact",
    columns: OFFER_COLUMNS,
    attribute_kinds: &[RecordKind::Offer, RecordKind::Customer],
    record_kinds: &[RecordKind::Offer],
    layout_time: "at",
    key: &["system", "offer_id"],
    end: &[],
    team: Some("team"),
};

const REVENUE_EVENT_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("revenue_id", Text, "revenue event"),
    column("contact_id", Text, "contact in which the offer was made"),
    column("ticket_id", Text, "ticket in which the offer was made"),
    column("offer_id", Text, "offer it follows from"),
    required("at", Time, "when the customer bought"),
    column(
        "contact_at",
        Time,
        "when the contact or ticket began, that of the offer where neither is named; empty where none is known"
    ),
    column("since_contact", Duration, "contact_at to at; empty where the customer bought before"),
    column("cancel_delay", Duration, "at to the cancellation or refund; empty where there is none"),
    column("amount", Number, "revenue, without tax"),
    column("margin", Number, "what of it remained after the cost of the goods"),
    column("constant_amount", Number, "amount at the newest rate instead of that of the day"),
    column("constant_margin", Number, "margin at the newest rate"),
    required("currency", Text, "currency of the event"),
    column("product", Text, "product"),
    column("team", Text, "team"),
    column("agent", Text, "agent"),
];

pub(super) const REVENUE_EVENT: TableSpec = TableSpec {
    name: "revenue_event",
    meaning: "one row a purchase that follows from an offer made in a contact",
    columns: REVENUE_EVENT_COLUMNS,
    attribute_kinds: &[RecordKind::RevenueEvent, RecordKind::Customer],
    record_kinds: &[RecordKind::RevenueEvent],
    layout_time: "at",
    key: &["system", "revenue_id"],
    end: &[],
    team: Some("team"),
};

const SUBSCRIPTION_COLUMNS: &[Field] = customer_dimensions![
    required("system", Text, "system of the movement that began it"),
    required("stretch", Integer, "1 for the customer's first, counted on"),
    required("started_at", Time, "when it began"),
    column("ended_at", Time, "when it ended: by a change or by the end; empty while it goes on"),
    required("first_started_at", Time, "when the customer's first subscription began"),
    required("subscribed_since", Time, "when the customer, who has been one without a break since, began or came back"),
    column("mrr", Number, "recurring revenue a month, of all subscriptions of the customer"),
    column("constant_mrr", Number, "the same at the newest rate, for comparison over time"),
    column("currency", Text, "currency of the movement that began it"),
    column("plan", Text, "plan, of the newest movement"),
    required("start_kind", Text, "start, change or win_back"),
    column("end_kind", Text, "change or end; empty while it goes on"),
    column("reason", Text, "why it ended"),
    column("is_voluntary", Boolean, "of an end: whether the customer wanted it"),
];

pub(super) const SUBSCRIPTION: TableSpec = TableSpec {
    name: "subscription",
    meaning: "one row a stretch in which what a customer subscribes to stayed the same; none while nothing is subscribed to",
    columns: SUBSCRIPTION_COLUMNS,
    attribute_kinds: &[RecordKind::Customer],
    record_kinds: &[RecordKind::SubscriptionMovement],
    layout_time: "started_at",
    key: &["customer_system", "customer_id", "stretch"],
    end: &["ended_at"],
    team: None,
};
