//! Several pieces of work at once: two, or many whose results are taken one by one and in order.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::error::Result;

/// Does `work` for 0, 1, … `count` − 1 on up to `threads` threads and gives the results to `take` in this order, on the
/// caller's thread. No thread begins its next piece before its last result is taken, so that no more results than
/// threads wait.
///
/// # Errors
/// The first one of `work` or `take`, in order; work that has begun is ended, no other begins.
pub(crate) fn in_order<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
    mut take: impl FnMut(usize, T) -> Result<()>,
) -> Result<()> {
    let threads = threads.clamp(1, count.max(1));
    if threads == 1 {
        return (0..count).try_for_each(|index| take(index, work(index)?));
    }
    let work = &work;
    std::thread::scope(|scope| {
        let results: Vec<Receiver<Result<T>>> = (0..threads)
            .map(|first| {
                let (sender, receiver): (SyncSender<Result<T>>, _) = sync_channel(0);
                scope.spawn(move || {
                    for index in (first..count).step_by(threads) {
                        // nobody takes results any more once one of them was an error
                        if sender.send(work(index)).is_err() {
                            break;
                        }
                    }
                });
                receiver
            })
            .collect();
        for index in 0..count {
            // a thread ends early only by a panic, which the scope passes on
            let Ok(result) = results[index % threads].recv() else { break };
            take(index, result?)?;
        }
        Ok(())
    })
}

/// Does two pieces of work, at once where there are several threads, and gives the results of both.
///
/// # Errors
/// That of the first one, else that of the second.
pub(crate) fn both<A: Send, B>(
    threads: usize,
    first: impl FnOnce() -> Result<A> + Send,
    second: impl FnOnce() -> Result<B>,
) -> Result<(A, B)> {
    if threads <= 1 {
        return Ok((first()?, second()?));
    }
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        // a panic goes on where it would have gone without the thread
        let first = first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((first?, second?))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::error::Error;

    fn failure() -> Error {
        Error::ForeignDelivery { file: "x".to_owned() }
    }

    #[test]
    fn results_come_in_order() {
        for threads in [0, 1, 2, 3, 8, 100] {
            for count in [0, 1, 7, 40] {
                let mut taken = Vec::new();
                let work = |index: usize| {
                    std::thread::sleep(std::time::Duration::from_micros(((index * 37) % 11) as u64 * 50));
                    Ok(index * index)
                };
                in_order(threads, count, work, |index, square| {
                    taken.push((index, square));
                    Ok(())
                })
                .unwrap();
                assert_eq!(taken, (0..count).map(|index| (index, index * index)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        for threads in [1, 2, 3] {
            let begun = AtomicUsize::new(0);
            let mut taken = 0;
            let work = |index: usize| {
                begun.fetch_add(1, Ordering::SeqCst);
                if index == 5 { Err(failure()) } else { Ok(()) }
            };
            let result = in_order(threads, 1000, work, |_, ()| {
                taken += 1;
                Ok(())
            });
            assert!(result.is_err());
            assert_eq!(taken, 5);
            assert!(begun.into_inner() <= 5 + 2 * threads);
            let result = in_order(threads, 1000, Ok, |index, _| if index == 3 { Err(failure()) } else { Ok(()) });
            assert!(result.is_err());
        }
    }

    #[test]
    fn both_are_done_and_the_first_error_is_given() {
        for threads in [1, 2] {
            let given = both(threads, || Ok(1), || Ok("two")).unwrap();
            assert_eq!(given, (1, "two"));
            assert!(both(threads, || Err::<u8, _>(failure()), || Ok(2)).is_err());
            assert!(both(threads, || Ok(1), || Err::<u8, _>(failure())).is_err());
        }
    }
}
