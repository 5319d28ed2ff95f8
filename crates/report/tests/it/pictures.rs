//! Pictures, read back by readers that know only the formats.

use std::collections::{BTreeSet, HashMap};

use keelback_analysis::{Chart, chart};
use keelback_report::{chrome, collapsed, firefox, perfetto, speedscope, viztracer};
use keelback_trace::Memory;
use serde_json::Value;

use crate::reports::story;

fn crawler() -> (Memory, Chart) {
    let recording = story("crawler");
    let chart = chart(&recording).expect("memory");
    (recording, chart)
}

/// A protobuf message as its fields: number, and integer or bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, u64, &[u8])> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let (number, rest) = match tag & 7 {
            0 => (varint(&mut bytes), &[][..]),
            1 => (
                u64::from_le_bytes(take(&mut bytes, 8).try_into().expect("eight")),
                &[][..],
            ),
            2 => {
                let length = varint(&mut bytes) as usize;
                (0, take(&mut bytes, length))
            }
            kind => panic!("wire type {kind}"),
        };
        found.push((tag >> 3, number, rest));
    }
    found
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (head, rest) = bytes.split_at(length);
    *bytes = rest;
    head
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let byte = take(bytes, 1)[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn number(message: &[(u64, u64, &[u8])], field: u64) -> Option<u64> {
    message.iter().find(|it| it.0 == field).map(|it| it.1)
}

fn inside<'a>(message: &[(u64, u64, &'a [u8])], field: u64) -> Option<Vec<(u64, u64, &'a [u8])>> {
    message
        .iter()
        .find(|it| it.0 == field)
        .map(|it| fields(it.2))
}

#[test]
fn perfettos_slices_nest_on_tracks_that_are_described() {
    let (recording, chart) = crawler();
    let mut bytes = Vec::new();
    perfetto::write(&chart, &recording.dictionary, &mut bytes).expect("memory");
    let mut tracks = BTreeSet::new();
    let mut names = HashMap::new();
    let mut open: HashMap<u64, Vec<(u64, String)>> = HashMap::new();
    let mut slices = Vec::new();
    let (mut out, mut into) = (BTreeSet::new(), BTreeSet::new());
    for (_, _, packet) in fields(&bytes) {
        let packet = fields(packet);
        if let Some(track) = inside(&packet, 60) {
            tracks.insert(number(&track, 1).expect("a uuid"));
        }
        if let Some(name) = inside(&packet, 12).and_then(|it| inside(&it, 2)) {
            let text = name.iter().find(|it| it.0 == 2).expect("a name").2;
            let text = String::from_utf8(text.to_vec()).expect("text");
            names.insert(number(&name, 1).expect("an id"), text);
        }
        let Some(event) = inside(&packet, 11) else {
            continue;
        };
        let at = number(&packet, 8).expect("a time");
        let track = number(&event, 11).expect("a track");
        assert!(tracks.contains(&track), "a track nobody described: {track}");
        let name = || names[&number(&event, 10).expect("a name")].clone();
        match number(&event, 9) {
            Some(1) => open.entry(track).or_default().push((at, name())),
            Some(2) => {
                let (from, name) = open
                    .get_mut(&track)
                    .and_then(Vec::pop)
                    .expect("a beginning");
                assert!(from <= at);
                slices.push((name, at - from));
            }
            _ => {}
        }
        out.extend(number(&event, 47));
        into.extend(number(&event, 48));
    }
    assert!(open.values().all(Vec::is_empty), "{open:?}");
    assert_eq!((&out, out.len()), (&into, 2));
    let sum = |name: &str| -> u64 { slices.iter().filter(|it| it.0 == name).map(|it| it.1).sum() };
    let waited = keelback_analysis::verdict(&recording).expect("memory");
    let waited = waited.total.of_group(keelback_analysis::PartGroup::Gil);
    assert_eq!(sum("waiting for the GIL"), waited);
    assert!(sum("fetch-2 102") > 0, "{slices:?}");
}

#[test]
fn json_formats_are_json_with_what_their_readers_need() {
    let (recording, chart) = crawler();
    let known = &recording.dictionary;
    let json = |write: fn(&Chart, &_, &mut dyn std::io::Write) -> std::io::Result<()>| -> Value {
        let mut bytes = Vec::new();
        write(&chart, known, &mut bytes).expect("memory");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let trace = json(chrome::write);
    let count = |ph: &str| {
        let events = trace["traceEvents"].as_array().expect("events").iter();
        events.filter(|it| it["ph"] == ph).count()
    };
    assert!(count("X") > 10 && count("s") == 2 && count("f") == 2);
    let scope = json(speedscope::write);
    let frames = scope["shared"]["frames"].as_array().expect("frames").len();
    for profile in scope["profiles"].as_array().expect("profiles") {
        let samples = profile["samples"].as_array().expect("samples");
        assert_eq!(
            samples.len(),
            profile["weights"].as_array().expect("weights").len()
        );
        let mut ids = samples
            .iter()
            .flat_map(|it| it.as_array().expect("a stack"));
        assert!(ids.all(|it| it.as_u64().expect("an id") < frames as u64));
    }
    let profile = json(firefox::write);
    for thread in profile["threads"].as_array().expect("threads") {
        let stacks = thread["stackTable"]["data"]
            .as_array()
            .expect("stacks")
            .len() as u64;
        for sample in thread["samples"]["data"].as_array().expect("samples") {
            assert!(sample[0].is_null() || sample[0].as_u64().expect("an id") < stacks);
        }
    }
}

#[test]
fn collapsed_stacks_count_every_sample() {
    let (recording, chart) = crawler();
    let mut bytes = Vec::new();
    collapsed::write(&chart, &recording.dictionary, &mut bytes).expect("memory");
    let text = String::from_utf8(bytes).expect("text");
    let counts = text
        .lines()
        .map(|line| line.rsplit(' ').next().expect("a count"));
    let sum: usize = counts
        .map(|it| it.parse::<usize>().expect("a number"))
        .sum();
    assert_eq!(sum, chart.samples.len());
}

#[test]
fn viztracers_events_stay_and_ours_join_them() {
    let (recording, mut chart) = crawler();
    chart.started_monotonic_ns = 7_000_000_000;
    let known = &recording.dictionary;
    let combine = |ts: f64| {
        let theirs =
            format!(r#"{{"traceEvents":[{{"ph":"X","ts":{ts},"name":"f"}}],"file_info":1}}"#);
        let mut bytes = Vec::new();
        viztracer::combine(&mut theirs.as_bytes(), &chart, known, &mut bytes).map(|()| bytes)
    };
    let both: Value = serde_json::from_slice(&combine(7_100_000.0).expect("memory")).expect("JSON");
    assert_eq!(
        (&both["traceEvents"][0]["name"], &both["file_info"]),
        (&"f".into(), &1.into())
    );
    assert!(both["traceEvents"].as_array().expect("events").len() > 10);
    assert!(combine(1.0).is_err());
}
