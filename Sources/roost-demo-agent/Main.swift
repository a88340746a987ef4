// The demo agent: a small program that behaves like a coding agent, so that a newcomer sees everything Roost does
// without an account, and so that tests can compare what the hub holds with what an agent really said.
//
// It streams text, thinks, keeps a plan, reads a file, writes two files in its working directory, asks before it runs
// one harmless command, and uses time. What it says follows from the prompt alone: the same prompt gives the same words.
//
//
// THE PROTOCOL: one JSON object a line, UTF-8, ended by "\n"; a line holds no raw line break (JSON escapes them).
// Members and types that a reader does not know are to be ignored. Nothing else is ever written to stdout; stderr is
// for people.
//
// In (stdin), at most 1 MiB a line:
//   {"type":"prompt","text":STRING}             starts a turn; during a turn it waits for its turn (at most 16 wait)
//   {"type":"approval","id":ID,"decision":"approve"|"deny","reason":STRING?}
//                                               answers the approval of that id; an id that does not wait is ignored
//   {"type":"interrupt"}                        ends the running turn at its next step; without one it is ignored
//   end of stdin                                the running turn and those that wait are finished, then exit. An
//                                               approval that still waits, or comes later, counts as denied
//
// Out (stdout). ID is a string, unique within the process; a turn's lines come between `turn` and `result`:
//   {"type":"session","sessionId":STRING,"model":STRING,"version":STRING}
//                                               once, first of all, before any prompt is read
//   {"type":"turn","turn":INT}                  a prompt was taken up; 1, 2, 3 …
//   {"type":"thinking","text":STRING}
//   {"type":"plan","items":[{"text":STRING,"status":"pending"|"in_progress"|"completed"} …]}
//                                               the whole plan, each time it changes
//   {"type":"delta","message":ID,"text":STRING} a piece of a message that is being said; never splits a character.
//                                               Deltas of one message are not mixed with another's
//   {"type":"message","message":ID,"text":STRING}
//                                               the whole message; equals its deltas put together
//   {"type":"tool","id":ID,"name":"read_file"|"edit_file"|"run_command","input":OBJECT,
//    "status":"started"|"succeeded"|"failed"|"denied","output":STRING?,"exitCode":INT?}
//                                               `started` (no output), then one of the others with the same id, name
//                                               and input. `denied` may come without `started`: it was never begun.
//                                               output: at most 16 KiB of text. exitCode: run_command that ran
//                       input of read_file      {"path":STRING}
//                       input of edit_file      {"path":STRING,"mode":"create"|"append","text":STRING}
//                       input of run_command    {"argv":[STRING …]}
//                                               paths are relative to the working directory
//   {"type":"approval","id":ID,"toolId":ID,"title":STRING,"tool":STRING,"input":OBJECT}
//                                               asks; the agent waits for the answer. toolId is the id of the `tool`
//                                               lines that will follow: `started` … if approved, `denied` if not
//   {"type":"usage","inputTokens":INT,"outputTokens":INT,"costUsd":NUMBER}
//                                               of this turn alone; once, just before `result`
//   {"type":"result","status":"success"|"error"|"interrupted","summary":STRING}
//                                               ends the turn. An interrupted turn first sends, as `message`, what
//                                               had been streamed of a message that was cut off, and `denied` for a
//                                               tool whose approval still waited
//   {"type":"error","text":STRING}              an input line that could not be used (not JSON, too long, unknown
//                                               type, too many prompts waiting); it is dropped and the agent goes on
//
// Exit status: 0; 1 when the last turn ended with "error"; 2 for a bad command line (usage on stderr).
//
// Options on the command line, and for one turn as a line of its own in the prompt (the line is not part of the task):
//   --pace-ms N        demo: pace=N          time between two steps or deltas, default 40; 0 for none
//   --paragraphs N     demo: paragraphs=N    how much it says, default 4
//   --no-approval      demo: approval=no     runs its command without asking (approval=yes: asks)
//   --fail             demo: fail=yes        ends the turn with "error" after its edits (fail=no: does not)
//   --transcript FILE  demo: transcript=FILE appends every message it said to FILE, in order, before the `message`
//                                            line is written: {"message":ID,"text":STRING,"turn":INT}, one a line.
//                                            In a prompt, FILE is without spaces
//   --session ID                             the session id to go on with; default a new one
// Several settings share a line: `demo: pace=5 paragraphs=40 approval=no`. A setting in the prompt that is not
// understood is reported as `error` and otherwise ignored.

import Foundation

@main
enum Main {
    static func main() {
        let options: Options
        do {
            options = try Options(arguments: CommandLine.arguments.dropFirst())
        } catch {
            FileHandle.standardError.write(Data("roost-demo-agent: \(error)\n\(Options.usage)\n".utf8))
            exit(2)
        }
        let voice = Voice()
        let ears = Ears(voice)
        voice.say([
            "type": "session", "sessionId": .text(options.session ?? UUID().uuidString.lowercased()),
            "model": "demo-1", "version": "1",
        ])
        var agent = Agent(options.settings, voice, ears)
        while let prompt = ears.nextPrompt() { agent.take(prompt) }
        exit(agent.hasFailed ? 1 : 0)
    }
}
