import ArgumentParser
import AsyncHTTPClient
import Configuration
import UnixSignals

@main
struct Hansa: ParsableCommand {}
