//! Costs, orders, refunds, offers and revenue. The organisation reports in Berlin, where Monday began at −1h, in euros.

use super::harness::{check, fold, lines};

#[test]
fn a_cost_is_spread_over_its_days_to_the_last_unit() {
    check(
        "cost rent pool=facilities period_start=-1h period_end=71h amount=100 currency=EUR channel=phone
         cost day pool=facilities period_start=-1h period_end=23h amount=-7.5 currency=EUR is_closed=true is_one_off=true team=t
         cost moment pool=travel period_start=5h period_end=5h amount=3 currency=EUR",
        "cost rent/1 day=-1h amount=33.3334 channel=phone team=- driver=- is_closed=false is_one_off=false pool=facilities currency=EUR
         cost rent/2 day=23h amount=33.3333 constant_amount=33.3333
         cost rent/3 day=47h amount=33.3333
         cost day/1 amount=-7.5 team=t channel=- is_closed=true is_one_off=true
         cost moment/1 day=-1h amount=3
         rows cost 5",
    );
}

#[test]
fn a_day_bears_as_much_as_it_overlaps_and_short_days_bear_as_much_as_long_ones() {
    check(
        // 28 to 30 March, of 24, 23 and 24 hours; and 6 hours of Monday with 18 of Tuesday
        "cost summer pool=p period_start=2026-03-27T23:00:00Z period_end=2026-03-30T22:00:00Z amount=0.0009 currency=EUR
         cost shifted pool=p period_start=17h period_end=41h amount=100 currency=EUR",
        "cost summer/1 day=2026-03-27T23:00:00Z amount=0.0003
         cost summer/2 day=2026-03-28T23:00:00Z amount=0.0003
         cost summer/3 day=2026-03-29T22:00:00Z amount=0.0003
         cost shifted/1 day=-1h amount=25
         cost shifted/2 day=23h amount=75
         rows cost 5",
    );
}

#[test]
fn an_allocation_shares_a_pool_out_on_the_days_it_is_valid() {
    check(
        "allocation a pool=people channel=phone share=3 driver=handle_time version=v1 valid_from=-1h valid_to=23h
         allocation b pool=people channel=chat team=t share=1 driver=handle_time version=v1 valid_from=-100h valid_to=23h
         allocation c pool=people channel=email share=1 driver=contacts version=v2 valid_from=30h valid_to=40h
         allocation d pool=other channel=phone share=1 valid_from=-1h
         allocation e pool=people channel=wrong share=-1 valid_from=-1h
         allocation f pool=people channel=weightless share=0 valid_from=-1h
         cost wages pool=people period_start=-1h period_end=71h amount=300 currency=EUR
         cost own pool=people period_start=-1h period_end=23h amount=5 currency=EUR channel=social",
        "cost wages/1 day=-1h amount=75 channel=phone team=- driver=handle_time driver_version=v1
         cost wages/2 day=-1h amount=25 channel=chat team=t
         cost wages/3 day=23h amount=100 channel=- team=- driver=-
         cost wages/4 day=47h amount=100 channel=-
         cost own/1 amount=5 channel=social driver=-
         rows cost 5
         warning unknown_value 1",
    );
    // from the day it begins on, up to the day it ends on
    check(
        "allocation a pool=people channel=email share=1 valid_from=30h valid_to=55h
         cost wages pool=people period_start=-1h period_end=71h amount=3 currency=EUR",
        "cost wages/1 channel=-
         cost wages/2 day=23h channel=email
         cost wages/3 day=47h channel=-",
    );
}

#[test]
fn amounts_become_the_currency_of_the_organisation_at_the_rate_of_their_day() {
    check(
        "exchange_rate a currency=USD at=-1h rate=0.9
         exchange_rate b currency=USD at=25h rate=0.8
         exchange_rate c currency=USD at=26h rate=0.95
         exchange_rate d currency=JPY at=-40d rate=0.55 units=100
         exchange_rate e currency=GBP at=-1h rate=0
         exchange_rate f currency=SEK at=-32d rate=0.1
         cost us pool=p period_start=-1h period_end=71h amount=30 currency=USD
         order usd customer_id=c ordered_at=1h amount=10.0001 margin=1 currency=USD
         order jpy customer_id=c ordered_at=2h amount=1000 currency=JPY
         order gbp customer_id=c ordered_at=3h amount=1 currency=GBP
         order sek customer_id=c ordered_at=-49h amount=10 margin=2 currency=SEK
         order eur customer_id=c ordered_at=4h amount=1 currency=EUR",
        "cost us/1 amount=9 constant_amount=9.5
         cost us/2 amount=9.5
         cost us/3 amount=9.5
         order usd amount=9.0001 margin=0.9 constant_amount=9.5001 constant_margin=0.95 currency=USD
         order jpy amount=- constant_amount=5.5
         order gbp amount=- constant_amount=-
         order sek amount=1 margin=0.2
         order eur amount=1 margin=-
         warning missing_rate 2",
    );
    let folded = fold(&[lines(
        "order a customer_id=c ordered_at=1h amount=1 currency=USD
         order b customer_id=c ordered_at=50h amount=1 currency=USD
         cost us pool=p period_start=-25h period_end=71h amount=30 currency=USD",
    )]);
    let missing = folded.warnings.missing_rates()["USD"];
    assert_eq!((missing.first.to_string(), missing.last.to_string()), ("2026-03-01".into(), "2026-03-04".into()));
    assert_eq!(missing.amounts, 3);
}

#[test]
fn a_rate_counts_for_31_days() {
    let check = |at: &str, amount: &str, missing: &str| {
        check(
            &format!(
                "exchange_rate a currency=USD at=2026-01-01T12:00:00Z rate=0.5
                 order o customer_id=c ordered_at={at} amount=1 currency=USD"
            ),
            &format!("order o amount={amount} constant_amount=0.5\n{missing}"),
        );
    };
    // on its own day it counts from the beginning
    check("2025-12-31T22:59:59Z", "-", "warning missing_rate 1");
    check("2025-12-31T23:00:00Z", "0.5", "");
    check("2026-01-31T22:59:59Z", "0.5", "");
    check("2026-01-31T23:00:00Z", "-", "warning missing_rate 1");
}

#[test]
fn halves_are_rounded_away_from_zero_once() {
    check(
        "exchange_rate a currency=USD at=-1h rate=0.5
         order up customer_id=c ordered_at=1h amount=0.0001 currency=USD
         order down customer_id=c ordered_at=1h amount=-0.0001 currency=USD
         order less customer_id=c ordered_at=1h amount=0 currency=USD",
        "order up amount=0.0001
         order down amount=-0.0001
         order less amount=0",
    );
}

#[test]
fn orders_that_stand_are_numbered_and_linked() {
    check(
        "customer c segment=smb
         customer staff is_test=true
         order a customer_id=c ordered_at=1h amount=10 currency=EUR cancelled_at=2h
         order b customer_id=c ordered_at=3h amount=10 currency=EUR channel=web product=app
         order d customer_id=c ordered_at=5h amount=10 currency=EUR is_test=true
         order e customer_id=c ordered_at=6h amount=10 currency=EUR
         order f customer_id=c ordered_at=8h amount=10 margin=4 currency=EUR
         order g customer_id=staff ordered_at=8h amount=10 currency=EUR
         order h customer_id=other ordered_at=8h amount=10 currency=EUR
         refund r1 order_id=e customer_id=c refunded_at=7h amount=4 currency=EUR
         refund r2 order_id=e customer_id=c refunded_at=9h amount=6 currency=EUR reason=late is_service_cost=true
         refund r3 order_id=f customer_id=c refunded_at=10h amount=3 currency=EUR
         refund r4 order_id=gone customer_id=c refunded_at=10h amount=3 currency=EUR",
        "order a number=- cancelled_at=2h first_ordered_at=3h previous_gap=- next_gap=- refunded=0
         order b number=1 first_ordered_at=3h previous_gap=- next_gap=5h customer_segment=smb channel=web is_test=false
         order d number=- first_ordered_at=- is_test=true
         order e number=- cancelled_at=9h first_refunded_at=7h refunded=10 constant_refunded=10 first_ordered_at=3h
         order f number=2 cancelled_at=- first_refunded_at=10h refunded=3 previous_gap=5h next_gap=- first_ordered_at=3h
         order g number=- is_test=true
         order h number=1 first_ordered_at=8h
         refund r1 order_id=e ordered_at=6h amount=4 is_service_cost=false customer_segment=smb
         refund r2 reason=late is_service_cost=true constant_amount=6
         refund r4 ordered_at=- amount=3
         rows order 7
         rows refund 4
         warning refund_without_order 1",
    );
}

#[test]
fn refunds_in_another_currency_are_compared_in_that_of_the_organisation() {
    check(
        "exchange_rate a currency=USD at=-1h rate=0.5
         order a customer_id=c ordered_at=1h amount=10 currency=EUR
         order b customer_id=c ordered_at=1h amount=10 currency=EUR
         refund r1 order_id=a customer_id=c refunded_at=2h amount=20 currency=USD
         refund r2 order_id=b customer_id=c refunded_at=2h amount=19 currency=USD",
        "order a cancelled_at=2h refunded=10 number=-
         order b cancelled_at=- refunded=9.5 number=1
         refund r1 amount=10 currency=USD",
    );
}

#[test]
fn offers_and_revenue_have_from_their_contact_what_they_do_not_say() {
    check(
        "customer c segment=smb
         customer staff is_test=true
         agent ann team=first
         agent bob team=second
         ticket 1 created_at=0h customer_id=c channel=email queue=back language=nl agent=bob
         contact 7 queued_at=1h answered_at=1h customer_id=c channel=phone queue=front agent=ann ticket_id=1
         contact 8 queued_at=1h answered_at=1h customer_id=staff channel=chat
         offer a contact_id=7 at=2h kind=upsell product=app
         offer b ticket_id=1 at=2h is_made=false
         offer d contact_id=7 at=2h is_accepted=true is_made=false channel=video team=t agent=u
         offer e contact_id=9 at=2h customer_id=c is_made=true
         offer f contact_id=8 at=2h
         offer g at=2h agent=bob
         ticket 2 created_at=0h channel=social language=de
         contact 6 queued_at=1h answered_at=1h channel=phone
         offer h contact_id=7 ticket_id=2 at=2h
         offer i contact_id=6 ticket_id=2 at=2h
         revenue_event x contact_id=7 offer_id=a at=3h amount=50 margin=20 currency=EUR cancelled_at=5h
         revenue_event y ticket_id=1 at=30m amount=50 currency=EUR
         revenue_event z at=3h customer_id=c amount=5 currency=EUR cancelled_at=2h
         revenue_event v contact_id=7 at=30m amount=5 currency=EUR",
        "offer a contact_at=1h channel=phone queue=front language=nl team=first agent=ann customer_segment=smb is_made=true is_accepted=false kind=upsell
         offer b contact_at=0h channel=email queue=back language=nl team=second agent=bob customer_id=c is_made=false
         offer d channel=video queue=front team=t agent=u is_made=true is_accepted=true
         offer e contact_at=2h channel=- team=- customer_segment=smb
         offer f is_test=true channel=chat
         offer g team=second agent=bob customer_id=- contact_at=2h
         offer h contact_at=1h channel=phone queue=front ticket_id=1 customer_segment=smb
         offer i contact_at=1h channel=phone language=- ticket_id=2
         warning other_ticket 2
         revenue_event x contact_at=1h since_contact=2h cancel_delay=2h amount=50 margin=20 constant_margin=20 channel=phone team=first agent=ann
         revenue_event y contact_at=0h since_contact=30m cancel_delay=- channel=email customer_id=c
         revenue_event z contact_at=- since_contact=- cancel_delay=0 channel=-
         revenue_event v contact_at=1h since_contact=-
         rows offer 8
         rows revenue_event 4
         warning offer_without_contact 1
         warning end_before_start 1",
    );
}

/// A contact with several offers is one in which something could be offered, whichever of them was accepted.
#[test]
fn the_offers_of_a_contact_are_numbered() {
    check(
        "ticket 1 created_at=0h
         contact 7 queued_at=1h answered_at=1h
         offer a contact_id=7 at=3h is_made=false
         offer b contact_id=7 at=2h
         offer d contact_id=7 at=4h is_made=false is_accepted=true
         offer e ticket_id=1 at=2h is_made=false
         offer f ticket_id=1 at=3h
         offer g at=2h is_made=false
         offer h at=2h
         offer i contact_id=7 at=1h is_test=true",
        "offer a offer=2 contact_made=true contact_accepted=true is_made=false is_accepted=false
         offer b offer=1 contact_made=true contact_accepted=true is_accepted=false
         offer d offer=3 is_made=true is_accepted=true
         offer e offer=1 contact_made=true contact_accepted=false
         offer f offer=2
         offer g offer=1 contact_made=false contact_accepted=false
         offer h offer=1 contact_made=true
         offer i offer=1 contact_accepted=false",
    );
}

#[test]
fn revenue_that_names_neither_contact_nor_ticket_has_all_from_its_offer() {
    check(
        "customer c segment=smb
         ticket 1 created_at=0h channel=email
         contact 7 queued_at=1h answered_at=1h customer_id=c channel=phone queue=front agent=ann
         contact 8 queued_at=90m answered_at=90m channel=chat is_test=true
         offer a contact_id=7 at=2h agent=bob
         offer b at=2h team=t
         offer d contact_id=8 at=2h
         revenue_event x offer_id=a at=3h amount=50 currency=EUR
         revenue_event y offer_id=b at=3h amount=50 currency=EUR customer_id=c agent=eve
         revenue_event z offer_id=a ticket_id=1 at=3h amount=50 currency=EUR
         revenue_event v offer_id=d contact_id=gone at=3h amount=50 currency=EUR
         revenue_event u offer_id=gone at=3h amount=50 currency=EUR",
        "revenue_event x contact_at=1h since_contact=2h channel=phone queue=front agent=bob customer_segment=smb is_test=false
         revenue_event y contact_at=2h since_contact=1h team=- agent=eve customer_segment=smb
         revenue_event z contact_at=0h channel=email agent=- customer_id=-
         revenue_event v contact_at=90m channel=chat is_test=true
         revenue_event u contact_at=- channel=-
         warning offer_without_contact 1",
    );
}
