//! The whole list.

use anyhow::Result;

use super::{
    chosen, conformance, counts, elevate, endings, file_systems, findings, gil, gil_causes,
    gil_odd, imports, names, page_faults, permission, programs, purposes, quiet, recorder, replay,
    replay_dear, sandbox, tracer, viztracer,
};
use crate::pythons::Pythons;
use crate::trial::Trial;

/// Every trial for these interpreters. Where this machine cannot record, the
/// trials that would are skipped with the recorder's own reason.
pub fn every(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = endings::trials();
    trials.extend(permission::trials());
    trials.extend(programs::trials(pythons)?);
    trials.extend(counts::trials(pythons)?);
    trials.extend(gil::trials(pythons)?);
    trials.extend(gil_odd::trials(pythons)?);
    trials.extend(gil_causes::trials(pythons)?);
    trials.extend(names::trials(pythons));
    trials.extend(chosen::trials(pythons));
    trials.extend(recorder::trials(pythons));
    trials.extend(purposes::trials(pythons));
    trials.extend(imports::trials(pythons));
    trials.extend(page_faults::trials(pythons));
    trials.extend(findings::trials(pythons));
    trials.extend(file_systems::trials(pythons));
    trials.extend(replay::trials(pythons));
    trials.extend(replay_dear::trials(pythons));
    trials.extend(tracer::trials(pythons));
    trials.extend(conformance::trials(pythons)?);
    trials.extend(sandbox::trials(pythons));
    trials.extend(quiet::trials(pythons));
    trials.extend(elevate::trials(pythons));
    trials.extend(viztracer::trials(pythons));
    if let Some(why) = permission::cannot_record()? {
        trials = trials
            .into_iter()
            .map(|it| skip_recording(it, &why))
            .collect();
    }
    let missing = pythons
        .missing
        .iter()
        .map(|(name, why)| Trial::skipped(name, why));
    trials.extend(missing);
    Ok(trials)
}

fn skip_recording(trial: Trial, why: &str) -> Trial {
    match trial.records {
        true => Trial::skipped(trial.name, why),
        false => trial,
    }
}
