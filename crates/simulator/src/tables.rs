//! The exports: which there are, where they lie, and their columns.

/// An export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// The help desk's change log: one row a change, with the ticket's columns after it. CSV, times in UTC.
    Changes,
    /// Calls and chats of the contact centre. CSV with semicolons, local times without zone, `-` for missing.
    Contacts,
    /// What each agent had with a call or chat. NDJSON, nested, local times with their offset.
    Legs,
    /// Promises of time that ended in a month, and those still running at its end. CSV, lengths of time as H:MM:SS.
    Promises,
    /// Survey answers. NDJSON, nested, epoch seconds.
    Answers,
    /// Customers of the CRM. CSV, dates day first.
    Customers,
    /// Staff of the help desk. CSV.
    Agents,
    /// Teams of the help desk. CSV.
    Teams,
    /// Solves after which the customer could be asked: whether the survey was sent, and arrived. CSV.
    Offered,
    /// Visits to the help centre and conversations with the bot. NDJSON, epoch seconds.
    Sessions,
    /// Days of the partner who takes calls over: counts only. CSV with semicolons.
    Partner,
    /// Reviews of contacts and tickets by the quality team. CSV.
    Reviews,
    /// What was looked at in each review. CSV.
    Items,
    /// Checks of contacts against rules. CSV.
    Checks,
    /// Formal complaints, as they stand when exported. CSV with semicolons, local times.
    Complaints,
    /// Movements of subscriptions. CSV, local times.
    Subscriptions,
    /// Orders of the shop. CSV.
    Orders,
    /// Money paid back for orders. CSV.
    Refunds,
    /// Contacts in which something could be offered. CSV.
    Chances,
    /// What customers bought after an offer. CSV.
    Sales,
    /// Days that staff missed. CSV with semicolons, dates day first, lengths as H:MM:SS.
    Absences,
    /// Days of the roster, with time paid. CSV with semicolons, dates day first, lengths as H:MM:SS.
    WorkDays,
    /// What agents did while logged in, added up over an hour; over the day in lean runs. CSV.
    States,
    /// The employee survey of each quarter, a row a respondent. CSV.
    StaffSurvey,
    /// Stretches of employment of the HR system. CSV with semicolons, dates day first.
    Employments,
    /// Entries of the ledger. CSV with semicolons.
    Costs,
    /// How pools of cost are shared out. CSV with semicolons.
    Allocations,
    /// Prices of foreign currencies. CSV with semicolons.
    Rates,
}

impl Table {
    /// Every export.
    pub const ALL: [Table; 28] = [
        Table::Changes,
        Table::Contacts,
        Table::Legs,
        Table::Promises,
        Table::Answers,
        Table::Customers,
        Table::Agents,
        Table::Teams,
        Table::Offered,
        Table::Sessions,
        Table::Partner,
        Table::Reviews,
        Table::Items,
        Table::Checks,
        Table::Complaints,
        Table::Subscriptions,
        Table::Orders,
        Table::Refunds,
        Table::Chances,
        Table::Sales,
        Table::Absences,
        Table::WorkDays,
        Table::States,
        Table::StaffSurvey,
        Table::Employments,
        Table::Costs,
        Table::Allocations,
        Table::Rates,
    ];

    /// Its column names; for NDJSON the dotted paths of its values.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Table::Changes => &[
                "ticket_id",
                "version",
                "changed_at",
                "change",
                "actor_type",
                "actor",
                "visibility",
                "old_value",
                "new_value",
                "status",
                "priority",
                "queue",
                "team",
                "assignee",
                "flags",
                "merged_into",
                "csat_survey",
                "category",
                "created_at",
                "created_by",
                "channel",
                "subject",
                "product",
                "language",
                "requester",
                "shop",
                "carrier",
                "order_value",
            ],
            Table::Contacts => &[
                "Contact",
                "Medium",
                "Queue",
                "Direction",
                "Entered queue",
                "Answered",
                "Abandoned",
                "Ended",
                "Disposition",
                "Wait (s)",
                "Talk (s)",
                "Hold (s)",
                "Wrap-up (s)",
                "Agent",
                "Team",
                "Ticket",
                "Customer",
                "Topic",
                "Language",
                "Intent",
                "History opened",
            ],
            Table::Legs => &[
                "leg",
                "contact",
                "agent.id",
                "agent.team",
                "began",
                "ended",
                "came_by",
                "seconds.talk",
                "seconds.hold",
                "seconds.wrap_up",
            ],
            Table::Promises => &[
                "SLA", "Snapshot", "Ticket", "Promise", "Policy", "Version", "Started", "Target", "Paused", "State",
                "Ended",
            ],
            Table::Answers => &[
                "id",
                "survey",
                "question",
                "scale.min",
                "scale.max",
                "score",
                "ticket",
                "customer",
                "about",
                "language",
                "offer",
                "sent",
                "answered",
                "comment",
            ],
            Table::Customers => &[
                "Customer No",
                "Name",
                "Email",
                "Segment",
                "Plan",
                "Industry",
                "Country",
                "Region",
                "Language",
                "Customer since",
                "Points",
            ],
            Table::Agents => {
                &["agent_id", "name", "email", "team", "channels", "role", "languages", "skills", "contract"]
            }
            Table::Teams => &["team", "title", "department", "schedule"],
            Table::Offered => &["Invitation", "Ticket", "Customer", "Solved", "Sent", "Bounced"],
            Table::Sessions => &[
                "id",
                "kind",
                "place",
                "visitor",
                "topic",
                "began",
                "ended",
                "read",
                "turns",
                "result",
                "helped",
                "handed_to",
                "language",
                "crawler",
            ],
            Table::Partner => &[
                "Day",
                "Line",
                "Offered",
                "Answered",
                "Within 20 s",
                "Abandoned",
                "Abandoned in 5 s",
                "Seconds to answer",
                "Seconds handled",
            ],
            Table::Reviews => &[
                "review",
                "contact",
                "ticket",
                "agent",
                "team",
                "channel",
                "reviewer",
                "form",
                "form_version",
                "sample",
                "reviewed_at",
            ],
            Table::Items => &["review", "question", "area", "weight", "points", "knock_out"],
            Table::Checks => {
                &["check", "contact", "agent", "team", "rule", "result", "severity", "sample", "checked_at"]
            }
            Table::Complaints => &[
                "File",
                "Ticket",
                "Customer",
                "Received",
                "Answered",
                "Term (days)",
                "Product",
                "Cause",
                "Gravity",
                "Decision",
                "Ombudsman",
                "Team",
            ],
            Table::Subscriptions => &[
                "movement",
                "customer",
                "subscription",
                "effective",
                "type",
                "plan",
                "monthly_amount",
                "currency",
                "reason",
                "by_customer",
            ],
            Table::Orders => {
                &["order", "customer", "placed", "total", "margin", "currency", "cancelled", "via", "product"]
            }
            Table::Refunds => &["refund", "order", "customer", "booked", "amount", "currency", "reason"],
            Table::Chances => &["offer", "contact", "customer", "agent", "at", "type", "product", "made", "accepted"],
            Table::Sales => &[
                "sale",
                "offer",
                "contact",
                "customer",
                "agent",
                "at",
                "amount",
                "margin",
                "currency",
                "cancelled",
                "product",
            ],
            Table::Absences => &["Employee", "Team", "Date", "Hours", "Type"],
            Table::WorkDays => &["Employee", "Team", "Date", "Rostered", "Paid"],
            Table::States => &["agent", "team", "state", "medium", "began", "ended"],
            Table::StaffSurvey => &[
                "Response",
                "Wave",
                "Submitted",
                "Team",
                "Role",
                "Job satisfaction",
                "Recommend",
                "Q1",
                "Q2",
                "Q3",
                "Q4",
                "Q5",
                "Q6",
            ],
            Table::Employments => &[
                "Stretch",
                "Employee",
                "Team",
                "Function",
                "Contract",
                "From",
                "Until",
                "Hired",
                "Reason",
                "Regretted",
            ],
            Table::Costs => {
                &["Entry", "Account", "From", "To", "Amount", "Currency", "Medium", "Period state", "Project"]
            }
            Table::Allocations => &["Account", "Medium", "Team", "Share", "Key", "Version", "From", "To"],
            Table::Rates => &["Date", "Currency", "EUR", "Units"],
        }
    }

    /// Path of the file, relative to the workspace, that holds the rows of `month`, as `2026-01`. It is to be written
    /// compressed, as its name says.
    pub fn path(self, month: &str) -> String {
        match self {
            Table::Changes => format!("incoming/helpdesk/changes-{month}.csv.gz"),
            Table::Contacts => format!("incoming/contact-centre/contacts-{month}.csv.gz"),
            Table::Legs => format!("incoming/contact-legs/legs-{month}.ndjson.gz"),
            Table::Promises => format!("incoming/sla/promises-{month}.csv.gz"),
            Table::Answers => format!("incoming/surveys/answers-{month}.ndjson.gz"),
            Table::Customers => "incoming/crm/customers.csv.gz".to_owned(),
            Table::Agents => "incoming/helpdesk/agents.csv.gz".to_owned(),
            Table::Teams => "incoming/helpdesk/teams.csv.gz".to_owned(),
            Table::Offered => format!("incoming/survey-offers/offers-{month}.csv.gz"),
            Table::Sessions => format!("incoming/portal/sessions-{month}.ndjson.gz"),
            Table::Partner => format!("incoming/partner/days-{month}.csv.gz"),
            Table::Reviews => format!("incoming/qa-reviews/reviews-{month}.csv.gz"),
            Table::Items => format!("incoming/qa-items/items-{month}.csv.gz"),
            Table::Checks => format!("incoming/compliance/checks-{month}.csv.gz"),
            Table::Complaints => format!("incoming/complaints/complaints-{month}.csv.gz"),
            Table::Subscriptions => format!("incoming/billing/movements-{month}.csv.gz"),
            Table::Orders => format!("incoming/shop-orders/orders-{month}.csv.gz"),
            Table::Refunds => format!("incoming/shop-refunds/refunds-{month}.csv.gz"),
            Table::Chances => format!("incoming/sales-offers/offers-{month}.csv.gz"),
            Table::Sales => format!("incoming/sales/sales-{month}.csv.gz"),
            Table::Absences => format!("incoming/absences/absences-{month}.csv.gz"),
            Table::WorkDays => format!("incoming/work-days/days-{month}.csv.gz"),
            Table::States => format!("incoming/agent-states/states-{month}.csv.gz"),
            Table::StaffSurvey => format!("incoming/staff-survey/answers-{month}.csv.gz"),
            Table::Employments => "incoming/hr/employment.csv.gz".to_owned(),
            Table::Costs => "incoming/ledger/costs.csv.gz".to_owned(),
            Table::Allocations => "incoming/ledger-allocation/allocation.csv.gz".to_owned(),
            Table::Rates => "incoming/ledger-rates/rates.csv.gz".to_owned(),
        }
    }

    /// What stands between its cells, where it is CSV.
    pub fn delimiter(self) -> u8 {
        match self {
            Table::Contacts
            | Table::Partner
            | Table::Complaints
            | Table::Absences
            | Table::WorkDays
            | Table::Employments
            | Table::Costs
            | Table::Allocations
            | Table::Rates => b';',
            _ => b',',
        }
    }

    /// Whether its rows are lines of JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Table::Answers | Table::Legs | Table::Sessions)
    }
}
