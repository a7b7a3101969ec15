//! A draft cut to the records at hand, and to a size that people can steer by.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
use catalogue::metric::Metric;
use model::RecordKind;

use super::draft::{Draft, DraftKpi};
use super::needs::{missing, needs};
use super::weigh::{Weighed, weigh};
use super::{LeftOut, Wish};
use crate::definition::Role;
use crate::template::{TemplateKpi, balance, industries};

/// Whether a metric can be asked.
enum Support {
    /// Under this variant, none being the usual definition.
    Under(Option<String>),
    /// It cannot, and this is what is missing.
    Without(LeftOut),
    /// It cannot whatever there is: there is no definition of what is called so.
    Undefined(String),
}

/// Takes out what the records or channels cannot answer, and fills up what became too short or one-sided.
pub(super) fn support(draft: &mut Draft, wish: &Wish, kinds: &BTreeSet<RecordKind>, catalogue: &Catalogue) {
    let ask = |metric: &str| supported(metric, &wish.channels, kinds, catalogue);
    // where the template has KPIs of each perspective, whether these can be asked or not
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    for kpi in &draft.kpis {
        if let Some(own) = perspective(kpi, catalogue) {
            homes.entry(own).or_insert_with(|| kpi.declared.factor.clone());
        }
    }
    let mut kept = Vec::new();
    for mut kpi in std::mem::take(&mut draft.kpis) {
        match ask(&kpi.declared.metric) {
            Support::Under(variant) => {
                kpi.variant = variant;
                kept.push(kpi);
            }
            other => leave_out(draft, other),
        }
    }
    draft.kpis = kept;
    drop_doubles(draft);
    only_with(draft, wish);
    let mut gates = std::mem::take(&mut draft.gates);
    gates.retain(|gate| {
        let Some(metric) = &gate.metric else { return true };
        match ask(metric) {
            Support::Under(None) => true,
            Support::Under(Some(_)) => false,
            other => {
                if let Support::Without(left_out) = &other {
                    draft.notes.push(format!("no gate \"{}\": {}", gate.name, left_out.why));
                }
                leave_out(draft, other);
                false
            }
        }
    });
    draft.gates = gates;
    let mut unmoved: BTreeSet<String> = BTreeSet::new();
    loop {
        fill(draft, &ask, catalogue, &homes, &unmoved);
        let mut kpis = std::mem::take(&mut draft.kpis);
        for kpi in &mut kpis {
            drive(draft, kpi, &ask, catalogue);
        }
        // one that nothing moves cannot be acted on; another may stand in for it
        let (moved, gone): (Vec<DraftKpi>, Vec<DraftKpi>) =
            kpis.into_iter().partition(|kpi| !kpi.declared.operational.is_empty());
        draft.kpis = moved;
        if gone.is_empty() {
            return;
        }
        for kpi in gone {
            let metric = kpi.declared.metric;
            draft
                .notes
                .push(format!("`{metric}` is not on the card: nothing that moves it can be asked of these records"));
            unmoved.insert(metric);
        }
    }
}

fn supported(metric: &str, channels: &[String], kinds: &BTreeSet<RecordKind>, catalogue: &Catalogue) -> Support {
    let Some(found) = catalogue.get(metric) else {
        return Support::Undefined(metric.replace('_', " "));
    };
    let is_served = |channel: &String| found.channels.contains(channel);
    if !channels.is_empty() && !found.channels.iter().any(|one| one == "all") && !channels.iter().any(is_served) {
        let why = format!("it is of {}, which is not served", found.channels.join(", "));
        return Support::Without(LeftOut { kpi: found.id.clone(), name: found.name.clone(), needs: Vec::new(), why });
    }
    let lacking = missing(&needs(metric, None, catalogue), kinds);
    if lacking.is_empty() {
        return Support::Under(None);
    }
    let other = balance().variants.get(metric).filter(|variant| found.variants.contains_key(*variant));
    if let Some(variant) = other
        && missing(&needs(metric, Some(variant), catalogue), kinds).is_empty()
    {
        return Support::Under(Some(variant.clone()));
    }
    let names: Vec<&str> = lacking.iter().map(|kind| kind.name()).collect();
    let why = format!("it needs records of {}", names.join(" and "));
    Support::Without(LeftOut { kpi: found.id.clone(), name: found.name.clone(), needs: lacking, why })
}

fn leave_out(draft: &mut Draft, support: Support) {
    match support {
        Support::Without(left_out) if !draft.left_out.iter().any(|known| known.kpi == left_out.kpi) => {
            draft.left_out.push(left_out);
        }
        Support::Undefined(name) if !draft.undefined.contains(&name) => draft.undefined.push(name),
        _ => {}
    }
}

/// Says in one line what nobody can do anything about.
pub(super) fn tell_undefined(draft: &mut Draft) {
    if !draft.undefined.is_empty() {
        let named = draft.undefined.join(", ");
        draft.notes.push(format!("not measured by any definition here, and so not on the card: {named}"));
    }
}

/// Of two KPIs that count the same the heavier stays, the first of two alike, with the weight of both.
fn drop_doubles(draft: &mut Draft) {
    let mut index = 0;
    while index < draft.kpis.len() {
        let metric = draft.kpis[index].declared.metric.clone();
        let double = |kpi: &DraftKpi| balance().is_same(&kpi.declared.metric, &metric);
        match draft.kpis.iter().skip(index + 1).position(double).map(|place| index + 1 + place) {
            Some(other) => {
                let heavier = draft.kpis[other].declared.weight > draft.kpis[index].declared.weight;
                let (stays, goes) = if heavier { (other, index) } else { (index, other) };
                let (weight, gone) = (draft.kpis[goes].declared.weight, draft.kpis[goes].declared.metric.clone());
                let kept = &mut draft.kpis[stays];
                kept.declared.least = kept.declared.least.max(kept.declared.weight);
                kept.declared.weight += weight;
                kept.of_industry = true;
                if !kept.declared.operational.contains(&gone) {
                    kept.declared.operational.insert(0, gone.clone());
                }
                let kept = kept.declared.metric.clone();
                draft.notes.push(format!("`{gone}` counts the same as `{kept}`: it is an operational metric of it"));
                draft.kpis.remove(goes);
            }
            None => index += 1,
        }
    }
}

/// Takes out what the industry measures only where another metric is.
fn only_with(draft: &mut Draft, wish: &Wish) {
    let industry = industries().iter().find(|industry| Some(&industry.id) == wish.industry.as_ref());
    for only in industry.into_iter().flat_map(|industry| &industry.only_with) {
        if draft.find(&only.needs).is_none()
            && let Some(index) = draft.find(&only.metric)
        {
            let gone = draft.kpis.remove(index);
            let why = format!("{}, and `{}` cannot be asked", only.why, only.needs);
            draft.notes.push(format!("`{}` is not on the card: {why}", gone.declared.metric));
        }
    }
}

/// Adds spare KPIs while there are too few, too few perspectives or no counter; but none of those that nothing moves. Each
/// belongs to the factor that has KPIs of its perspective, else to that of a KPI it holds honest, else to the one that
/// had KPIs of its perspective in the whole template: `homes`. None weighs more than any KPI of the template.
fn fill(
    draft: &mut Draft,
    ask: &impl Fn(&str) -> Support,
    catalogue: &Catalogue,
    homes: &BTreeMap<String, String>,
    unmoved: &BTreeSet<String>,
) {
    let balance = balance();
    let own = draft.kpis.iter().filter(|kpi| !unmoved.contains(&kpi.declared.metric));
    let lightest = own.map(|kpi| kpi.declared.weight).reduce(f64::min);
    for spare in &balance.spare {
        let perspectives = perspectives(draft, catalogue);
        let is_short = draft.kpis.len() < balance.kpis[0];
        let is_narrow = perspectives.len() < balance.perspectives_min
            && spare.perspective.as_ref().is_some_and(|own| !perspectives.contains(own));
        let is_one_sided = spare.role == Role::Counter && counters(draft) == 0;
        let is_out = draft.find(&spare.metric).is_some() || unmoved.contains(&spare.metric);
        if is_out || !(is_short || is_narrow || is_one_sided) {
            continue;
        }
        let Support::Under(variant) = ask(&spare.metric) else { continue };
        let beside = draft.kpis.iter().find(|kpi| perspective(kpi, catalogue) == spare.perspective);
        let factor = beside.map(|kpi| kpi.declared.factor.clone());
        let holds_honest = |kpi: &&DraftKpi| {
            let held = catalogue.get(&kpi.declared.metric).map(|metric| metric.counterbalances.as_slice());
            held.unwrap_or_default().contains(&spare.metric)
        };
        let held = || draft.kpis.iter().find(holds_honest).map(|kpi| kpi.declared.factor.clone());
        let factor = factor.or_else(held);
        let factor = factor.or_else(|| homes.get(spare.perspective.as_ref()?).cloned());
        let factor = factor.or_else(|| draft.kpis.first().map(|kpi| kpi.declared.factor.clone()));
        let factor = factor.or_else(|| draft.factors.first().map(|factor| factor.id.clone())).unwrap_or_default();
        draft
            .notes
            .push(format!("`{}` is not of the template: it fills what the records at hand leave open", spare.metric));
        let weight = lightest.map_or(spare.weight, |lightest| spare.weight.min(lightest));
        let declared = TemplateKpi { factor, weight, ..spare.clone() };
        draft.kpis.push(DraftKpi { variant, ..DraftKpi::new(declared) });
    }
}

/// Says that a metric does not stand below `kpi`, as there it is asked by its usual definition only.
fn leave_off(draft: &mut Draft, kpi: &DraftKpi, metric: &str, variant: &str) {
    let under = &kpi.declared.metric;
    let note = format!(
        "`{metric}` is no operational metric of `{under}`: these records can only answer its variant `{variant}`, and there \
         it stands by its usual definition"
    );
    if !draft.notes.contains(&note) {
        draft.notes.push(note);
    }
}

/// Leaves a KPI the operational metrics that can be asked by their usual definition, at most seven; where none is left, those its metric
/// names, else those it has where it fills a card.
fn drive(draft: &mut Draft, kpi: &mut DraftKpi, ask: &impl Fn(&str) -> Support, catalogue: &Catalogue) {
    let mut askable = |metrics: &[String]| -> Vec<String> {
        let mut kept: Vec<String> = Vec::new();
        for metric in metrics.iter().filter(|metric| **metric != kpi.declared.metric) {
            match ask(metric) {
                Support::Under(None) if !kept.contains(metric) => kept.push(metric.clone()),
                Support::Under(None) => {}
                Support::Under(Some(variant)) => leave_off(draft, kpi, metric, &variant),
                other => leave_out(draft, other),
            }
        }
        kept
    };
    let mut kept = askable(&kpi.declared.operational);
    if kept.is_empty() {
        let own = catalogue.get(&kpi.declared.metric).map(|metric| metric.drivers.clone()).unwrap_or_default();
        kept = askable(&own);
    }
    if kept.is_empty() {
        let spare = balance().spare.iter().find(|spare| spare.metric == kpi.declared.metric);
        kept = askable(spare.map_or(&[][..], |spare| &spare.operational));
    }
    kept.truncate(balance().operational[1]);
    kpi.declared.operational = kept;
}

/// Takes out the lightest until there are few enough; it becomes an operational metric of one of its perspective. Never one
/// without which there are too few perspectives, or no counter; and while there are others, none that is the only one of
/// its perspective, what the company competes on, or the figure of a gate. Of those that weigh alike the industry's stay,
/// and those named first.
pub(super) fn trim(draft: &mut Draft, catalogue: &Catalogue) {
    let balance = balance();
    while draft.kpis.len() > balance.kpis[1] {
        let stays_for = |index: usize| {
            let kpi = &draft.kpis[index];
            let mut without = draft.clone();
            without.kpis.remove(index);
            let too_narrow = perspectives(&without, catalogue).len() < balance.perspectives_min;
            let is_counter = kpi.declared.role == Role::Counter && counters(&without) == 0;
            let is_only =
                perspective(kpi, catalogue).is_some_and(|own| !perspectives(&without, catalogue).contains(&own));
            let is_gate =
                draft.gates.iter().any(|gate| gate.kpi.as_ref().or(gate.metric.as_ref()) == Some(&kpi.declared.metric));
            [too_narrow || is_counter, is_only, kpi.declared.role == Role::Primary, is_gate]
        };
        let order = |a: &usize, b: &usize| {
            let (one, other) = (&draft.kpis[*a], &draft.kpis[*b]);
            let weight = one.declared.weight.total_cmp(&other.declared.weight);
            stays_for(*a).cmp(&stays_for(*b)).then(weight).then(one.of_industry.cmp(&other.of_industry)).then(b.cmp(a))
        };
        let lightest = (0..draft.kpis.len()).min_by(order);
        let gone = draft.kpis.remove(lightest.unwrap_or(draft.kpis.len() - 1));
        let metric = gone.declared.metric.clone();
        let own = perspective(&gone, catalogue);
        let room = |kpi: &&mut DraftKpi| kpi.declared.operational.len() < balance.operational[1];
        // below another it stands by its usual definition, which these records may not answer
        let is_usual = gone.variant.is_none();
        let beside = draft.kpis.iter_mut().filter(room).find(|kpi| is_usual && perspective(kpi, catalogue) == own);
        match beside {
            Some(kpi) => {
                if !kpi.declared.operational.contains(&metric) {
                    kpi.declared.operational.push(metric.clone());
                }
                let under = kpi.declared.metric.clone();
                draft
                    .notes
                    .push(format!("`{metric}` is one too many for the card: it is an operational metric of `{under}`"));
            }
            None => draft.notes.push(format!("`{metric}` is one too many for the card")),
        }
    }
}

/// The weights of the KPIs. What the industry wants weighs what it says, and all others share the rest as the templates
/// have it. Whoever has nothing against it stays below the weight that asks for it.
pub(super) fn weights(draft: &Draft, catalogue: &Catalogue) -> Vec<f64> {
    let balance = balance();
    let [least, most] = balance.weight;
    let has = |metric: &str| draft.find(metric).is_some();
    let most_of = |kpi: &DraftKpi| {
        let metric = catalogue.get(&kpi.declared.metric);
        let against = metric.map(|metric| metric.counterbalances.as_slice()).unwrap_or_default();
        let is_held = balance.competing(against).any(|one| one != kpi.declared.metric && has(one));
        if is_held { most } else { balance.counterbalanced_from - 0.01 }
    };
    let (of_industry, others): (Vec<&DraftKpi>, Vec<&DraftKpi>) = draft.kpis.iter().partition(|kpi| kpi.of_industry);
    let wanted: f64 = of_industry.iter().map(|kpi| kpi.declared.weight.min(most_of(kpi))).sum();
    let rest = (1.0 - wanted).max(0.0) / others.iter().map(|kpi| kpi.declared.weight).sum::<f64>().max(f64::EPSILON);
    let weighed = |kpi: &DraftKpi| {
        let most = most_of(kpi);
        Weighed {
            wanted: if kpi.of_industry { kpi.declared.weight.min(most) } else { kpi.declared.weight * rest },
            perspective: perspective(kpi, catalogue).unwrap_or_default(),
            is_counter: kpi.declared.role == Role::Counter,
            least: kpi.declared.least.min(most).max(least),
            most,
        }
    };
    let all: Vec<Weighed> = draft.kpis.iter().map(weighed).collect();
    weigh(&all, balance).into_iter().map(|share| f64::from(share) / 100.0).collect()
}

/// The perspective of a KPI: its own, else the metric's first.
pub(super) fn perspective(kpi: &DraftKpi, catalogue: &Catalogue) -> Option<String> {
    let of_metric = |metric: &Metric| metric.perspectives.first().cloned();
    kpi.declared.perspective.clone().or_else(|| catalogue.get(&kpi.declared.metric).and_then(of_metric))
}

fn perspectives(draft: &Draft, catalogue: &Catalogue) -> BTreeSet<String> {
    draft.kpis.iter().filter_map(|kpi| perspective(kpi, catalogue)).collect()
}

fn counters(draft: &Draft) -> usize {
    draft.kpis.iter().filter(|kpi| kpi.declared.role == Role::Counter).count()
}
