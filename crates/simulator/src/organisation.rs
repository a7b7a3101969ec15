//! The organisation: Vondelware, an invented web shop for consumer electronics in the Low Countries.

/// Name of the organisation.
pub(crate) const NAME: &str = "Vondelware";

/// How a request comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Channel {
    #[default]
    Email,
    Portal,
    Chat,
    Phone,
    Social,
}

impl Channel {
    pub(crate) const ALL: [Channel; 5] =
        [Channel::Email, Channel::Portal, Channel::Chat, Channel::Phone, Channel::Social];

    /// Name in the help desk.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Channel::Email => "Email",
            Channel::Portal => "Web form",
            Channel::Chat => "Chat",
            Channel::Phone => "Phone",
            Channel::Social => "Social media",
        }
    }

    /// Share of all requests.
    pub(crate) fn share(self) -> f64 {
        match self {
            Channel::Email => 0.32,
            Channel::Portal => 0.19,
            Channel::Chat => 0.20,
            Channel::Phone => 0.25,
            Channel::Social => 0.04,
        }
    }

    /// Whether customers wait on the line.
    pub(crate) fn is_live(self) -> bool {
        matches!(self, Channel::Chat | Channel::Phone)
    }
}

/// A team, in charge of some categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Team {
    #[default]
    Orders,
    Returns,
    Billing,
    Technical,
}

impl Team {
    pub(crate) const ALL: [Team; 4] = [Team::Orders, Team::Returns, Team::Billing, Team::Technical];

    /// Name in the help desk.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Team::Orders => "Orders & Delivery",
            Team::Returns => "Returns",
            Team::Billing => "Billing",
            Team::Technical => "Technical",
        }
    }
}

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Category {
    pub(crate) name: &'static str,
    pub(crate) team: Team,
    /// Share of requests.
    pub(crate) weight: f64,
    /// Handle time in proportion to the mean.
    pub(crate) effort: f64,
    /// Probability that a reply settles it.
    pub(crate) settled: f64,
    /// Probability that it has to wait for a third party.
    pub(crate) held: f64,
    /// Subjects in Dutch, German, French and English; `#` becomes an order number.
    pub(crate) subjects: [&'static str; 4],
}

impl Category {
    /// Length of a call or chat in proportion to the mean: it varies less than that of written work, since an agent
    /// cannot look everything up.
    pub(crate) fn live_effort(&self) -> f64 {
        0.5 + 0.5 * self.effort
    }

    /// Work that a written request takes until it is solved, in proportion: the first reply and those after it, each
    /// three quarters as long.
    pub(crate) fn written_work(&self) -> f64 {
        let again = 0.8 * (1.0 - self.settled);
        self.effort * (1.0 + 0.75 * (again / (1.0 - again) + self.held))
    }
}

/// Index of the category that the delivery problem strikes.
pub(crate) const LATE_DELIVERY: usize = 0;

pub(crate) const CATEGORIES: [Category; 12] = [
    Category {
        name: "Late delivery",
        team: Team::Orders,
        weight: 17.0,
        effort: 0.9,
        settled: 0.62,
        held: 0.12,
        subjects: [
            "Waar blijft mijn bestelling #?",
            "Wo bleibt meine Bestellung #?",
            "Où est ma commande # ?",
            "Where is my order #?",
        ],
    },
    Category {
        name: "Order change",
        team: Team::Orders,
        weight: 9.0,
        effort: 0.8,
        settled: 0.72,
        held: 0.02,
        subjects: [
            "Bestelling # wijzigen",
            "Bestellung # ändern",
            "Modifier la commande #",
            "Please change order #, wrong address",
        ],
    },
    Category {
        name: "Missing item",
        team: Team::Orders,
        weight: 7.0,
        effort: 1.1,
        settled: 0.55,
        held: 0.10,
        subjects: [
            "Artikel ontbreekt in #",
            "In # fehlt ein Artikel",
            "Article manquant, commande #",
            "Order # is \"complete\", but one item is missing",
        ],
    },
    Category {
        name: "Return request",
        team: Team::Returns,
        weight: 13.0,
        effort: 0.8,
        settled: 0.68,
        held: 0.03,
        subjects: [
            "Retour aanmelden, bestelling #",
            "Rücksendung zu #",
            "Retour de la commande #",
            "I want to return order #",
        ],
    },
    Category {
        name: "Refund status",
        team: Team::Returns,
        weight: 9.0,
        effort: 0.9,
        settled: 0.60,
        held: 0.08,
        subjects: [
            "Wanneer krijg ik mijn geld terug? (#)",
            "Wann kommt die Erstattung für #?",
            "Remboursement de la commande #",
            "Refund for # not received",
        ],
    },
    Category {
        name: "Damaged item",
        team: Team::Returns,
        weight: 6.0,
        effort: 1.2,
        settled: 0.50,
        held: 0.06,
        subjects: [
            "Beschadigd ontvangen: #",
            "Beschädigt angekommen: #",
            "Colis abîmé, commande #",
            "Order # arrived damaged",
        ],
    },
    Category {
        name: "Invoice",
        team: Team::Billing,
        weight: 7.0,
        effort: 0.7,
        settled: 0.80,
        held: 0.02,
        subjects: ["Factuur bij #", "Rechnung zu #", "Facture de la commande #", "Invoice for order #"],
    },
    Category {
        name: "Payment problem",
        team: Team::Billing,
        weight: 7.0,
        effort: 1.1,
        settled: 0.58,
        held: 0.07,
        subjects: [
            "Dubbel betaald voor #",
            "Zahlung # fehlgeschlagen",
            "Problème de paiement #",
            "Payment failed, order #",
        ],
    },
    Category {
        name: "Discount code",
        team: Team::Billing,
        weight: 4.0,
        effort: 0.6,
        settled: 0.82,
        held: 0.0,
        subjects: [
            "Kortingscode werkt niet",
            "Gutschein funktioniert nicht",
            "Le code promo ne marche pas",
            "Discount code does not work",
        ],
    },
    Category {
        name: "Setup help",
        team: Team::Technical,
        weight: 9.0,
        effort: 1.3,
        settled: 0.52,
        held: 0.01,
        subjects: [
            "Hulp bij installeren",
            "Hilfe bei der Einrichtung",
            "Aide à l'installation",
            "How do I connect it?",
        ],
    },
    Category {
        name: "Defect",
        team: Team::Technical,
        weight: 8.0,
        effort: 1.5,
        settled: 0.42,
        held: 0.10,
        subjects: [
            "Apparaat doet het niet meer",
            "Gerät defekt, Garantie?",
            "Appareil en panne",
            "Stopped working, warranty claim #",
        ],
    },
    Category {
        name: "Account and app",
        team: Team::Technical,
        weight: 4.0,
        effort: 0.8,
        settled: 0.70,
        held: 0.02,
        subjects: [
            "Kan niet inloggen",
            "Anmeldung nicht möglich",
            "Connexion impossible",
            "Cannot log in, app says \"try later\"",
        ],
    },
];

/// Products of the shop.
pub(crate) const PRODUCTS: [&str; 8] = [
    "Lyra earbuds",
    "Orbit speaker",
    "Pulse watch",
    "Nimbus router",
    "Halo lamp",
    "Drift vacuum",
    "Terra charger",
    "Vista camera",
];

/// Carriers; the last one is struck by the delivery problem.
pub(crate) const CARRIERS: [&str; 3] = ["PakketNu", "BlauwExpres", "Rondo"];

/// Languages as in names of texts.
pub(crate) const LANGUAGES: [&str; 4] = ["nl", "de", "fr", "en"];

/// Priorities of the help desk, most urgent first, with their shares.
pub(crate) const PRIORITIES: [(&str, f64); 4] = [("Urgent", 0.05), ("High", 0.15), ("Normal", 0.62), ("Low", 0.18)];

/// State of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Status {
    #[default]
    New,
    Open,
    Pending,
    OnHold,
    Solved,
    Closed,
}

impl Status {
    /// Name in the help desk.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::New => "New",
            Status::Open => "In progress",
            Status::Pending => "Awaiting customer",
            Status::OnHold => "Awaiting third party",
            Status::Solved => "Resolved",
            Status::Closed => "Closed",
        }
    }
}
