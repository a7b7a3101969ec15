//! What `init` and `card new` ask: what the company competes on, its industry, its channels, its records.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Write};

use catalogue::Catalogue;
use catalogue::file::suggest;
use clap::Args;
use model::RecordKind;
use scorecard::propose::{Proposal, Wish, id_of};
use scorecard::template::{industries, templates};
use server::ServerError;
use server::lint::CHANNELS;

/// Options of a card that is proposed.
#[derive(Args)]
pub struct Wishing {
    /// What the company competes on: customer_experience, cost, lifetime_value, compliance or revenue; or several, alike
    /// or with their shares, as customer_experience=0.7,cost=0.3
    #[arg(long, value_name = "NAME[=SHARE],…")]
    compete_on: Option<String>,
    /// Industry: healthcare, insurance, financial_services, retail_ecommerce, saas or telecom
    #[arg(long)]
    industry: Option<String>,
    /// Channels that are served, as phone,email; all where none is named
    #[arg(long, value_delimiter = ',', value_name = "CHANNEL,…")]
    channel: Vec<String>,
    /// Kinds of record that there are, as ticket,event,survey_answer
    #[arg(long, value_delimiter = ',', value_name = "KIND,…")]
    records: Vec<String>,
    /// Ask nothing, not even in a terminal
    #[arg(long)]
    yes: bool,
}

/// What is wished for, and what for.
pub struct Wished {
    /// The wish.
    pub wish: Wish,
    /// Kinds of record at hand, where they were said.
    pub kinds: Option<BTreeSet<RecordKind>>,
    /// Whether anything was said at all.
    pub is_said: bool,
}

impl Wishing {
    /// Whether any of it was said.
    fn is_said(&self) -> bool {
        let is_named = self.compete_on.is_some() || self.industry.is_some();
        is_named || !self.channel.is_empty() || !self.records.is_empty()
    }

    /// Whether nothing was said, and somebody is there to be asked.
    pub fn asks(&self) -> bool {
        !self.is_said() && !self.yes && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
    }

    /// What the options say, and where they say nothing what is answered in the terminal; `at_hand` are the kinds of
    /// record that are known to be.
    pub fn wished(&self, at_hand: Option<&BTreeSet<RecordKind>>) -> Result<Wished, ServerError> {
        if self.asks() {
            return ask(at_hand);
        }
        let mut wish = Wish::default();
        if let Some(text) = &self.compete_on {
            wish.competes_on = Wish::parse_shares(text).map_err(|error| usage("--compete-on", &error))?;
        }
        wish.industry = self.industry.as_deref().map(id_of);
        wish.check().map_err(|error| usage("--industry", &error))?;
        wish.channels = self.channel.iter().map(|name| channel(name)).collect::<Result<_, _>>()?;
        let kinds: BTreeSet<RecordKind> = self.records.iter().map(|name| kind(name)).collect::<Result<_, _>>()?;
        Ok(Wished { wish, kinds: (!kinds.is_empty()).then_some(kinds), is_said: self.is_said() })
    }
}

fn usage(option: &str, error: &str) -> ServerError {
    ServerError::Usage(format!("{option}: {error}"))
}

fn channel(name: &str) -> Result<String, ServerError> {
    let name = name.trim();
    match CHANNELS.contains(&name) {
        true => Ok(name.to_owned()),
        false => {
            let help = suggest(name, CHANNELS).unwrap_or_default();
            Err(usage("--channel", &format!("there is no channel `{name}` ({help})")))
        }
    }
}

fn kind(name: &str) -> Result<RecordKind, ServerError> {
    let name = name.trim();
    RecordKind::parse(name).ok_or_else(|| {
        let help = suggest(name, RecordKind::ALL.map(RecordKind::name)).unwrap_or_default();
        usage("--records", &format!("there is no kind of record `{name}` ({help})"))
    })
}

/// Asks until each answer means something.
fn ask(at_hand: Option<&BTreeSet<RecordKind>>) -> Result<Wished, ServerError> {
    println!(
        "What do you compete on? A name, or several, as customer_experience,cost or customer_experience=0.7,cost=0.3"
    );
    for template in templates() {
        println!("  {:<20}  {}", template.id, template.name);
    }
    let competes_on = until("[customer_experience]", |line| match line {
        "" => Ok(Wish::default().competes_on),
        text => Wish::parse_shares(text),
    })?;
    println!("Which industry?");
    for industry in industries() {
        println!("  {:<20}  {}", industry.id, industry.name);
    }
    println!("  {:<20}  none of these: the card is made for any", "another");
    let industry = until("[another]", |line| {
        let industry = (!line.is_empty() && line != "another").then(|| id_of(line));
        let wish = Wish { industry: industry.clone(), ..Wish::default() };
        wish.check().map(|()| industry)
    })?;
    println!("Which channels? {}", CHANNELS.join(", "));
    let told = |error: ServerError| error.to_string();
    let channels = until("[all]", |line| names(line).map(|name| channel(name).map_err(told)).collect())?;
    let kinds = match at_hand {
        Some(known) => Some(known.clone()),
        None => {
            println!("Which records are at hand?");
            for kind in RecordKind::ALL {
                println!("  {:<21}  {}", kind.name(), kind.meaning());
            }
            let kinds: BTreeSet<RecordKind> =
                until("[all]", |line| names(line).map(|name| kind(name).map_err(told)).collect())?;
            (!kinds.is_empty()).then_some(kinds)
        }
    };
    Ok(Wished { wish: Wish { competes_on, industry, channels }, kinds, is_said: true })
}

/// The names of a line, at commas or blanks; none of "all".
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty() && *name != "all")
}

/// Asks until `read` makes something of the answer.
pub fn until<T>(prompt: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, ServerError> {
    let failed = |error| ServerError::io("the terminal", error);
    loop {
        print!("{prompt} ");
        std::io::stdout().flush().map_err(failed)?;
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 {
            return Err(ServerError::Usage("nothing was answered; --yes asks nothing".to_owned()));
        }
        match read(line.trim()) {
            Ok(answer) => return Ok(answer),
            Err(error) => println!("{error}"),
        }
    }
}

/// Says what is on a proposed card, what is not and why, and what to know; names are those of `catalogue`.
pub fn tell(proposal: &Proposal, catalogue: &Catalogue) {
    println!("on the card:");
    for kpi in &proposal.kpis {
        let name = catalogue.get(&kpi.metric).map_or("", |metric| metric.name.as_str());
        println!("  {:>3.0} %  {name} ({})", 100.0 * kpi.weight, kpi.metric);
    }
    if !proposal.left_out.is_empty() {
        println!("left out:");
    }
    for left_out in &proposal.left_out {
        println!("  {} ({}): {}", left_out.name, left_out.kpi, left_out.why);
    }
    for note in &proposal.notes {
        println!("note: {note}");
    }
}
