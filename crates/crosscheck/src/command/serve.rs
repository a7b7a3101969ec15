//! `crosscheck serve`.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use server::ServerError;
use server::ask::Reader;
use server::live::Live;

use crate::Context;

/// Options of `serve`.
#[derive(Args)]
pub struct Options {
    /// Port; 0 takes any free one
    #[arg(long, default_value_t = 7171)]
    pub port: u16,
    /// Address to listen on. There are no users yet: anybody who reaches it sees everything
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,
}

/// Serves until interrupted.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    serve(context, options, reader)
}

/// Serves an open workspace until interrupted.
pub fn serve(context: &Context, options: &Options, reader: Reader) -> Result<ExitCode, ServerError> {
    crate::memory::keep_between_answers();
    let live = Arc::new(Live::new(reader, context.fixed_now));
    super::block_on(async move {
        let listener = server::serve::bind(SocketAddr::new(options.host, options.port)).await?;
        let address = listener.local_addr().map_err(|error| ServerError::io("the listener", error))?;
        println!("serving at http://{address} (stop with Ctrl+C)");
        server::serve::serve(listener, live, stopped()).await;
        Ok(ExitCode::SUCCESS)
    })?
}

/// Done at Ctrl+C or when asked to terminate.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
