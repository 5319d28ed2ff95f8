//! `keelback view`: a recording in a viewer, served from this machine only.

mod http;
mod perfetto;
mod site;

pub(super) use perfetto::view;
