//! `keelback view --perfetto`: the time line in Perfetto's own page.
//!
//! The page at ui.perfetto.dev may fetch a trace from 127.0.0.1:9001 and from no
//! other address of this machine (its content security policy says so), hence
//! the port.

use std::net::TcpListener;

use keelback_report::perfetto;
use keelback_trace::Source;

use super::http::serve;
use super::site::Site;
use crate::args::View;
use crate::command::subject::{open, reading};
use crate::exit::Ending;
use crate::last::or_last;
use crate::ui::{Failure, note};

/// The one address that the page may fetch from.
const ADDRESS: &str = "127.0.0.1:9001";

pub(crate) fn view(args: View) -> Result<Ending, Failure> {
    let trace = open(&or_last(args.trace)?)?;
    let chart = reading(&trace, keelback_analysis::chart)?;
    let mut bytes = Vec::new();
    perfetto::write(&chart, trace.dictionary(), &mut bytes)
        .map_err(|error| Failure::new(format!("cannot write the time line: {error}")))?;
    let listener = TcpListener::bind(ADDRESS).map_err(|error| {
        Failure::new(format!("cannot listen on {ADDRESS}: {error}"))
            .hint("end what uses that port; Perfetto's page fetches from no other")
    })?;
    let site = Site::find(bytes);
    note(&format!("open {}", address_of(&site)));
    note("Ctrl-C ends it");
    serve(&listener, &site, args.once)?;
    Ok(Ending::SUCCESS)
}

fn address_of(site: &Site) -> String {
    let page = match site.has_page() {
        true => format!("http://{ADDRESS}/"),
        false => "https://ui.perfetto.dev/".into(),
    };
    format!("{page}#!/?url=http://{ADDRESS}/trace.pftrace")
}
