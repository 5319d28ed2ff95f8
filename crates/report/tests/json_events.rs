//! `export -f json`, line by line.

mod export;

use keelback_report::json_events;

fn lines() -> Vec<String> {
    let mut output = Vec::new();
    json_events::write(&export::recording(), &mut output).expect("written");
    let text = String::from_utf8(output).expect("UTF-8");
    assert!(text.ends_with('\n'));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_first_line_says_where_it_comes_from() {
    let header: serde_json::Value = serde_json::from_str(&lines()[0]).expect("JSON");
    assert_eq!(header["version"], 1);
    assert_eq!(header["host"], "db-1");
    assert_eq!(header["engine"], "ebpf");
    assert_eq!(header["losses"]["ring_full"], 5);
    assert_eq!(header["tallies"][0]["count"], 5);
}

#[test]
fn every_event_is_a_line() {
    let expected = [
        r#"{"at_ns":0,"pid":100,"tid":101,"thread":1,"kind":"started","by":100,"stack":[],"truncated":false}"#,
        r#"{"at_ns":10,"pid":100,"tid":101,"thread":1,"kind":"named","name":"pool-1","stack":[],"truncated":false}"#,
        r#"{"at_ns":20,"pid":100,"tid":101,"thread":1,"kind":"switch_out","cpu":1,"state":"sleeping","call":{"nr":0,"args":[3,139637976731648,512]},"parked":null,"parked_type":"","gil":"held","gil_holder":100,"stack":["main (app.py:7)","Worker.run (app.py:?)"],"truncated":false}"#,
        r#"{"at_ns":1000000000,"pid":100,"tid":101,"thread":1,"kind":"woken","by":200,"call":null,"stack":[],"truncated":false}"#,
        r#"{"at_ns":1000000005,"pid":100,"tid":101,"thread":1,"kind":"switch_in","cpu":0,"stack":[],"truncated":false}"#,
        r#"{"at_ns":1000000009,"pid":100,"tid":101,"thread":1,"kind":"call","nr":0,"args":[3,139637976731648,512],"ret":512,"took_ns":1000000000,"path":"","stack":["main (app.py:7)","Worker.run (app.py:?)"],"truncated":false}"#,
        r#"{"at_ns":1000000020,"pid":200,"tid":200,"thread":2,"kind":"call","nr":257,"args":[-100,139637976735744,0],"ret":-2,"took_ns":700,"path":"/etc/hosts","stack":["main (app.py:7)"],"truncated":false}"#,
        r#"{"at_ns":1000000030,"pid":200,"tid":200,"thread":2,"kind":"sample","cpu":0,"user":true,"call":null,"gil":"free","gil_holder":null,"stack":["main (app.py:7)"],"truncated":false}"#,
        r#"{"at_ns":1000000040,"pid":200,"tid":200,"thread":2,"kind":"exited","status":256,"stack":[],"truncated":false}"#,
    ];
    assert_eq!(lines()[1..], expected);
}

#[test]
fn a_closed_pipe_is_an_error_and_no_panic() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let written = json_events::write(&export::recording(), &mut Closed);
    assert!(matches!(written, Err(json_events::JsonError::Write(_))));
}
