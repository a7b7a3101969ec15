//! Money: costs and how they are shared out, orders, revenue, offers, subscriptions, exchange rates.

use super::{
    CONTACT_NAME, Field, KindSpec, Lies, OFFER_NAME, ORDER_NAME, TICKET_NAME, WITH_CONTACT_OR_TICKET, WITH_CUSTOMER,
    field, required,
};
use crate::FieldType::{Boolean, Integer, Number, Text, Time};

const COST_FIELDS: &[Field] = &[
    required(
        "pool",
        Text,
        "people, benefits, contractors, facilities, telecom, licences, training, travel, credits or a name of one's own",
    ),
    required("period_start", Time, "first instant the amount is for"),
    required("period_end", Time, "the instant after the last one; the amount is spread evenly over the days between"),
    required("amount", Number, "what it cost; negative for a correction"),
    required("currency", Text, "ISO 4217 code, as EUR"),
    field("channel", Text, "channel it is for, where it is for one; shared out by the pool's allocation otherwise"),
    field("team", Text, "team it is for, where it is for one"),
    field("is_closed", Boolean, "whether the ledger of the period is closed; figures are provisional until it is"),
    field("is_one_off", Boolean, "one-off project, left out of running costs"),
];

pub(super) const COST: KindSpec = KindSpec {
    name: "cost",
    meaning: "one amount of a cost pool for a stretch of time",
    fields: COST_FIELDS,
    lies: Lies::Together,
    is_timed: true,
    words: &[],
    orders: &[("period_end", "period_start")],
};

const ALLOCATION_FIELDS: &[Field] = &[
    required("pool", Text, "pool that is shared out"),
    field("channel", Text, "channel that bears a share"),
    field("team", Text, "team that bears a share"),
    required("share", Number, "its weight among all shares of the pool that are valid at the time").at_least(0),
    field("driver", Text, "what the shares follow, as handle_time, contacts or headcount"),
    field("version", Text, "version of the driver"),
    required("valid_from", Time, "first instant it is valid"),
    field("valid_to", Time, "the instant after the last one; empty while it is valid"),
];

pub(super) const ALLOCATION: KindSpec = KindSpec {
    name: "allocation",
    meaning: "the share of a cost pool that a channel or team bears",
    fields: ALLOCATION_FIELDS,
    lies: Lies::Together,
    is_timed: false,
    words: &[],
    orders: &[("valid_to", "valid_from")],
};

const EXCHANGE_RATE_FIELDS: &[Field] = &[
    required("currency", Text, "ISO 4217 code of the foreign currency"),
    required("at", Time, "first instant it is the rate"),
    required("rate", Number, "price of so many units in the organisation's currency").more_than(0),
    field("units", Integer, "how many units cost that much, as 100; 1 where not said").more_than(0),
];

pub(super) const EXCHANGE_RATE: KindSpec = KindSpec {
    name: "exchange_rate",
    meaning: "the price of a foreign currency from a day on",
    fields: EXCHANGE_RATE_FIELDS,
    lies: Lies::Together,
    is_timed: false,
    words: &[],
    orders: &[],
};

const ORDER_FIELDS: &[Field] = &[
    field("customer_system", Text, "system of customer_id"),
    required("customer_id", Text, "who ordered"),
    required("ordered_at", Time, "when it was ordered"),
    required("amount", Number, "what the customer pays, without tax"),
    field("margin", Number, "what of it remains after the cost of the goods"),
    required("currency", Text, "ISO 4217 code, as EUR"),
    field("cancelled_at", Time, "when it was cancelled"),
    field("channel", Text, "where it was ordered"),
    field("product", Text, "product"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const ORDER: KindSpec = KindSpec {
    name: "order",
    meaning: "one order of a customer",
    fields: ORDER_FIELDS,
    lies: WITH_CUSTOMER,
    is_timed: true,
    words: &[],
    orders: &[("cancelled_at", "ordered_at")],
};

const REFUND_FIELDS: &[Field] = &[
    required("order_id", Text, "order that is refunded, of the same system"),
    field("customer_system", Text, "system of customer_id"),
    required("customer_id", Text, "who ordered"),
    required("refunded_at", Time, "when it was refunded"),
    required("amount", Number, "what was paid back"),
    required("currency", Text, "ISO 4217 code, as EUR"),
    field("reason", Text, "why"),
    field("is_service_cost", Boolean, "caused by service: a cost to serve, not a returned good"),
];

pub(super) const REFUND: KindSpec = KindSpec {
    name: "refund",
    meaning: "money paid back for an order",
    fields: REFUND_FIELDS,
    lies: Lies::With(&[ORDER_NAME]),
    is_timed: true,
    words: &[],
    orders: &[],
};

const REVENUE_EVENT_FIELDS: &[Field] = &[
    field("contact_system", Text, "system of contact_id"),
    field("contact_id", Text, "contact in which the offer was made"),
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket in which the offer was made"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who bought"),
    field("agent_system", Text, "system of agent and team"),
    field(
        "offer_id",
        Text,
        "offer it follows from, of the same system; it says all that contact and ticket would where neither is named",
    ),
    required("at", Time, "when the customer bought"),
    required("amount", Number, "revenue, without tax"),
    field("margin", Number, "what of it remains after the cost of the goods"),
    required("currency", Text, "ISO 4217 code, as EUR"),
    field("cancelled_at", Time, "when it was cancelled or refunded"),
    field("product", Text, "product"),
    field("channel", Text, "channel of the contact; as the contact says where not said"),
    field("team", Text, "team; as the contact says where not said"),
    field("agent", Text, "agent; as the contact says where not said"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const REVENUE_EVENT: KindSpec = KindSpec {
    name: "revenue_event",
    meaning: "revenue that follows from an offer made in a contact",
    fields: REVENUE_EVENT_FIELDS,
    lies: Lies::With(&[CONTACT_NAME, TICKET_NAME, OFFER_NAME]),
    is_timed: true,
    words: &[],
    orders: &[("cancelled_at", "at")],
};

const OFFER_FIELDS: &[Field] = &[
    field("contact_system", Text, "system of contact_id"),
    field("contact_id", Text, "contact it belongs to"),
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket it belongs to"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "to whom"),
    field("agent_system", Text, "system of agent and team"),
    required("at", Time, "when it was or could have been made"),
    field("kind", Text, "cross_sell, upsell, retention or a name of one's own"),
    field("product", Text, "product offered"),
    field("is_made", Boolean, "made, and not only possible; made where not said"),
    field("is_accepted", Boolean, "whether the customer accepted"),
    field("channel", Text, "channel of the contact; as the contact says where not said"),
    field("team", Text, "team; as the contact says where not said"),
    field("agent", Text, "agent; as the contact says where not said"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const OFFER: KindSpec = KindSpec {
    name: "offer",
    meaning: "an offer that could be made in a contact: whether it was, and whether it was accepted",
    fields: OFFER_FIELDS,
    lies: WITH_CONTACT_OR_TICKET,
    is_timed: true,
    words: &[],
    orders: &[],
};

const SUBSCRIPTION_MOVEMENT_FIELDS: &[Field] = &[
    field("customer_system", Text, "system of customer_id"),
    required("customer_id", Text, "whose subscription"),
    field("subscription", Text, "which subscription, where a customer can have several"),
    required("at", Time, "when it takes effect"),
    field("sequence", Integer, "order among movements of one instant"),
    required("kind", Text, "start, change, end or win_back"),
    field("mrr", Number, "recurring revenue a month from then on; 0 at an end").at_least(0),
    field("mrr_change", Number, "by how much it changes, where the source does not say what it is"),
    field("currency", Text, "ISO 4217 code; the organisation's where not said"),
    field("plan", Text, "plan from then on"),
    field("reason", Text, "why, as price, service, moved or payment"),
    field("is_voluntary", Boolean, "of an end: whether the customer wanted it; a failed payment is not"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const SUBSCRIPTION_MOVEMENT: KindSpec = KindSpec {
    name: "subscription_movement",
    meaning: "one start, change or end of a subscription",
    fields: SUBSCRIPTION_MOVEMENT_FIELDS,
    lies: WITH_CUSTOMER,
    is_timed: true,
    words: &[("kind", &["start", "change", "end", "win_back"])],
    orders: &[],
};
