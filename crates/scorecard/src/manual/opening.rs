//! What has to be known to read the rest.

use super::Book;
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::status::Status;

const STATUSES: [(Status, &str); 5] = [
    (Status::OnTarget, "the figure is at its target or better"),
    (Status::WithinTolerance, "it is short of the target, by no more than is tolerated"),
    (Status::OffTarget, "it is short of the target by more than is tolerated"),
    (
        Status::TooCloseToCall,
        "its margin includes the target: it may be either, and more answers or a longer period will tell",
    ),
    (
        Status::NoData,
        "there is no figure, or too few to show one; where a figure has nothing to be judged by, it says “no target”",
    ),
];

pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    let statuses = STATUSES.map(|(status, meaning)| Row::plain([Cell::Status(status), Cell::text(meaning)]));
    let mut blocks = vec![
        Block::paragraph(
            "This manual says what the figures of our service mean and what they are for. It is made from the same files \
             that the figures are computed from, so that neither can say something else than the other. Where a word here \
             and your own sense of good service differ, say so: each metric has a page for comments, and each is reviewed \
             with them.",
        ),
        Block::heading(2, "Where a figure stands", "reading-statuses"),
        Block::Table(Table {
            caption: String::new(),
            columns: vec![Column::text("Status", 0), Column::text("Means", 7)],
            rows: statuses.into_iter().collect(),
        }),
        Block::heading(2, "How sure a figure is", "reading-margins"),
        Block::list([
            Text::new().strong("Margin. ").plain(
                "A figure from a sample, as of surveys or quality reviews, comes with a 95 % confidence interval: “86.4 % \
                 ± 0.7 pp, n 8,160” means that the truth is most likely between 85.7 and 87.1 %. \
                 Where it reaches further to one side than to the other, as of small samples and of rates near 0 or 100 %, \
                 its two ends stand there instead: “81.0 %, 72.2–87.5 %”. A change is called better \
                 or worse only where it is clear of its margin; otherwise it is “unclear”, and nobody is to be praised or \
                 blamed for it.",
            ),
            Text::new().strong("Full count. ").plain("Where everything is counted, as of open tickets, there is no margin."),
            Text::new().strong("Small samples. ").plain(
                "Of too few no percentage is shown, only how many of how many. Figures about staff are withheld where so \
                 few people stand behind them that one could tell who said what.",
            ),
            Text::new().strong("Percentage points. ").plain(
                "A rate that goes from 80 % to 82 % has changed by +2.0 pp. It is never said to have changed by a percentage.",
            ),
            Text::new().strong("Still settling. ").plain(
                "Late answers are still coming in, or the last days are too young to be judged: the figure will still move.",
            ),
        ]),
    ];
    if book.sources.cards.is_empty() {
        blocks.push(Block::note(
            "There is no card yet",
            "Make one with `crosscheck init`; this manual then tells about it.",
        ));
    }
    blocks
}
