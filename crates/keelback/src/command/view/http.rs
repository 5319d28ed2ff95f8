//! As much of HTTP as a viewer needs: GET, one answer, close.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::site::{Body, Site};
use crate::ui::Failure;

/// A request's head is shorter than this.
const HEAD: u64 = 64 << 10;
/// Who says nothing for so long is left alone.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers for ever, or until the trace has been fetched `once`.
pub(super) fn serve(listener: &TcpListener, site: &Site, once: bool) -> Result<(), Failure> {
    for stream in listener.incoming() {
        let stream = stream.map_err(|error| Failure::new(format!("cannot listen: {error}")))?;
        // A browser that goes away in the middle is no failure of ours.
        let fetched = answer(&stream, site).unwrap_or(false);
        if fetched && once {
            break;
        }
    }
    Ok(())
}

/// Was it the trace that was fetched?
fn answer(stream: &TcpStream, site: &Site) -> io::Result<bool> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = BufReader::new(stream.take(HEAD)).lines();
    let request = head.next().transpose()?.unwrap_or_default();
    for line in head {
        if line?.is_empty() {
            break;
        }
    }
    let Some(path) = path(&request) else {
        send(stream, "405 Method Not Allowed", None)?;
        return Ok(false);
    };
    match site.get(path) {
        Some(body) => send(stream, "200 OK", Some(&body))?,
        None => send(stream, "404 Not Found", None)?,
    }
    Ok(Site::is_trace(path))
}

/// The path of a GET, without its query.
fn path(request: &str) -> Option<&str> {
    let mut words = request.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    (method == "GET").then(|| target.split('?').next())?
}

fn send(mut stream: &TcpStream, status: &str, body: Option<&Body>) -> io::Result<()> {
    let (kind, bytes) = body.map_or(("text/plain", &b""[..]), |it| (it.kind, &it.bytes));
    write!(
        stream,
        "HTTP/1.1 {status}\r\n\
         Content-Type: {kind}\r\n\
         Content-Length: {}\r\n\
         Access-Control-Allow-Origin: https://ui.perfetto.dev\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n\r\n",
        bytes.len()
    )?;
    stream.write_all(bytes)?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn only_a_get_has_a_path() {
        assert_eq!(path("GET /a/b.js?v=1 HTTP/1.1"), Some("/a/b.js"));
        assert_eq!(path("POST / HTTP/1.1"), None);
        assert_eq!(path(""), None);
    }
}
